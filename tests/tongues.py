"""Texts as people write them: prompts, and names of layers, files and images."""

from __future__ import annotations

__all__ = ["TEXTS"]

TEXTS = (
    "ein Café für Ümit — „schön“, n’est-ce pas ?",
    "“curly quotes” and a dash — that is all",
    "日本の庭、静かな池と石灯籠",
    "三只彩色的气球",
    "🎈 ballons 👩‍👩‍👧 👍🏽 🇫🇷 in the sky, and many more of them",
    "שלום עולם",
    "مرحبا بالعالم",
    "e\u0301 decomposed, and z\u0361\u0335\u0327 with marks",
)
