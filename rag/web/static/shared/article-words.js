/** The words around an article as it is read. */

import { register } from "./i18n.js";

const vi = {
  "articles.loading": "Đang tải…",
  "articles.again": "Thử lại",
  "reader.jump": "Đến chỗ được trích",
  "reader.moved": "Bài không còn những lời được trích; có lẽ bài đã được cập nhật sau câu trả lời.",
  "reader.missing.text": "Có thể bài đã bị xóa, hoặc địa chỉ chưa đúng.",
  "reader.captions": "Chú thích ảnh ({count})",
  "reader.removed": "Phần đã lược khỏi trang ({count})",
  "reader.removed.hint": "Những dòng này của trang gốc không thuộc bài báo, nên không được dùng để trả lời.",
  "removed.navigation": "Thanh điều hướng",
  "removed.related": "Bài liên quan",
  "removed.most-read": "Đọc nhiều",
  "removed.caption": "Chú thích ảnh",
  "removed.share": "Chia sẻ, theo dõi",
  "removed.repeated-title": "Tiêu đề lặp lại",
  "removed.date-line": "Dòng ngày tháng",
  "removed.byline": "Tên tác giả, nơi đăng",
  "removed.tags": "Thẻ",
  "removed.comments": "Bình luận",
  "removed.multimedia": "Video và chùm ảnh",
  "removed.footer": "Chân trang",
  "removed.boilerplate": "Dòng lặp lại trên nhiều trang",
  "removed.markup": "Mã còn sót",
};

const en = {
  "articles.loading": "Loading…",
  "articles.again": "Try again",
  "reader.jump": "Jump to the citation",
  "reader.moved": "The article no longer has the cited words; it may have been updated after the answer.",
  "reader.missing.text": "It may have been deleted, or the address is not quite right.",
  "reader.captions": "Picture captions ({count})",
  "reader.removed": "Left out of the page ({count})",
  "reader.removed.hint": "These lines of the original page are not the article, so no answer uses them.",
  "removed.navigation": "Navigation",
  "removed.related": "Related articles",
  "removed.most-read": "Most read",
  "removed.caption": "Captions",
  "removed.share": "Share and follow",
  "removed.repeated-title": "Repeated title",
  "removed.date-line": "Date line",
  "removed.byline": "Author and first publisher",
  "removed.tags": "Tags",
  "removed.comments": "Comments",
  "removed.multimedia": "Videos and picture stories",
  "removed.footer": "Page footer",
  "removed.boilerplate": "Lines that many pages share",
  "removed.markup": "Left-over code",
};

register({ vi, en });
