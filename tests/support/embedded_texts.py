"""Texts of several lengths and languages to embed."""

TEXTS = [
    "Hà Nội mưa to, nhiều tuyến phố ngập sâu.",
    "Bão",
    "Đội tuyển nữ thắng 3-1 ở trận chung kết, người hâm mộ đổ ra đường ăn mừng đến tận khuya.",
    "Oil prices fell for a third day.",
    "央行宣布下调存款准备金率。",
    "Học phí " * 60,
]
