"""Size, Box; which region is uploaded, at which size, and the exact way back.

Pure: no input or output, no pixels.
"""

from seamfill.geometry.boxes import Box, Placement, Size, SizeRule
from seamfill.geometry.plan import plan_uploads

__all__ = ["Box", "Placement", "Size", "SizeRule", "plan_uploads"]
