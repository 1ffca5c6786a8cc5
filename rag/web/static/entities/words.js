/** Words of the page of a name. */

import { register } from "../shared/i18n.js";

const vi = {
  "entity.also": "Còn viết:",
  "entity.articles": "{count} bài nhắc đến",
  "entity.ask": "Hỏi về {name}…",
  "entity.ask.go": "Hỏi",
  "entity.months": "Số bài nhắc đến theo tháng",
  "entity.newest": "Bài mới nhất",
  "entity.all": "Xem cả {count} bài",
  "entity.with": "Thường được nhắc cùng",
  "entity.figures": "Số liệu các bài nêu",
  "entity.figures.more": "Thêm {count} câu",
  "entity.timeline": "Dòng thời gian",
  "entity.timeline.all": "Dòng thời gian đầy đủ hơn",
  "entity.missing": "Chưa có bài nào nhắc đến tên này",
  "entity.missing.text": "Có thể các bài đã bị xóa, hoặc địa chỉ chưa đúng.",
  "entity.archive": "Mở kho bài",
};

const en = {
  "entity.also": "Also written:",
  "entity.articles": "named in {count} articles",
  "entity.articles.one": "named in {count} article",
  "entity.ask": "Ask about {name}…",
  "entity.ask.go": "Ask",
  "entity.months": "Articles that name it, by month",
  "entity.newest": "Newest articles",
  "entity.all": "See all {count} articles",
  "entity.all.one": "See the {count} article",
  "entity.with": "Often named with",
  "entity.figures": "Figures that articles give",
  "entity.figures.more": "{count} more sentences",
  "entity.figures.more.one": "{count} more sentence",
  "entity.timeline": "Timeline",
  "entity.timeline.all": "A fuller timeline",
  "entity.missing": "No article has this name",
  "entity.missing.text": "The articles may have been deleted, or the address is not quite right.",
  "entity.archive": "Open the archive",
};

register({ vi, en });
