"""Size, Box; which region is uploaded, at which size, and the exact way back.

Pure: no input or output, no pixels.
"""

from seamfill.geometry.boxes import Box, Placement, Size, SizeRule
from seamfill.geometry.plan import plan_uploads
from seamfill.geometry.tiles import fits_pixel_for_pixel

__all__ = ["Box", "Placement", "Size", "SizeRule", "fits_pixel_for_pixel", "plan_uploads"]
