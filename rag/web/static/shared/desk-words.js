/** Words of lists, charts and what is loaded. */

import { register } from "./i18n.js";

const vi = {
  "paged.more": "Xem thêm",
  "paged.more.told": "Đã thêm {count} mục vào danh sách.",
  "chart.articles": "{count} bài",
  "chart.time": "Thời gian",
  "chart.number": "Số bài",
  "story.sources": "{count} nguồn",
  "story.articles": "{count} bài",
  "kind.country": "Quốc gia",
  "kind.city": "Địa danh",
  "kind.person": "Nhân vật",
  "kind.organisation": "Tổ chức",
  "shell.stories": "Sự kiện",
  "shell.topics": "Theo dõi",
};

const en = {
  "paged.more": "Show more",
  "paged.more.told": "{count} more are in the list.",
  "paged.more.told.one": "{count} more is in the list.",
  "chart.articles": "{count} articles",
  "chart.articles.one": "{count} article",
  "chart.time": "Time",
  "chart.number": "Articles",
  "story.sources": "{count} sources",
  "story.sources.one": "{count} source",
  "story.articles": "{count} articles",
  "story.articles.one": "{count} article",
  "kind.country": "Country",
  "kind.city": "Place",
  "kind.person": "Person",
  "kind.organisation": "Organisation",
  "shell.stories": "Stories",
  "shell.topics": "Following",
};

register({ vi, en });
