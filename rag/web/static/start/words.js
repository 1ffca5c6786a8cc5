/** Words of the start. */

import { register } from "../shared/i18n.js";

const vi = {
  "start.title": "Hỏi về tin tức, nhận câu trả lời có dẫn nguồn",
  "start.lead": "Mỗi câu trả lời dẫn đúng lời trong bài báo; bài báo không nói thì Hỏi Đáp cho biết là không nói.",
  "start.try": "Thử hỏi",
  "start.articles": "{count} bài",
  "start.undated": "{count} bài không rõ ngày",
  "start.added": "{count} bài mới",
  "start.updated": "{count} bài cập nhật",
  "start.changed": "Hôm nay: {what}",
  "start.newest": "Mới nhất",
  "start.all": "Xem cả kho bài",
  "start.today": "Vào kho hôm nay",
  "start.stories": "Sự kiện nhiều nguồn đưa",
  "start.stories.all": "Xem các sự kiện",
  "start.active": "Được nhắc nhiều hơn trước",
  "start.active.hint": "Số bài gần đây, cạnh đó là số bài trước đó.",
  "start.before": "trước: {before}",
  "start.empty": "Kho chưa có bài nào, nên chưa có gì để hỏi.",
  "start.empty.fill": "Hãy thêm bài bằng tệp, bằng địa chỉ, hoặc để máy chủ theo dõi một nguồn tin.",
  "start.empty.ask": "Hãy nhờ người quản trị thêm bài vào kho.",
  "start.empty.go": "Thêm bài",
};

const en = {
  "start.title": "Ask about the news, get answers with their sources",
  "start.lead": "Every answer cites the exact words of an article; where the articles do not say, you are told so.",
  "start.try": "Try asking",
  "start.articles": "{count} articles",
  "start.articles.one": "{count} article",
  "start.undated": "{count} without a date",
  "start.added": "{count} new articles",
  "start.added.one": "{count} new article",
  "start.updated": "{count} updated",
  "start.changed": "Today: {what}",
  "start.newest": "Newest",
  "start.all": "See the whole archive",
  "start.today": "Taken in today",
  "start.stories": "Stories with most sources",
  "start.stories.all": "See the stories",
  "start.active": "Named more than before",
  "start.active.hint": "Articles lately, and beside it how many before.",
  "start.before": "before: {before}",
  "start.empty": "There are no articles yet, so there is nothing to ask.",
  "start.empty.fill": "Add articles from files or by address, or let the server watch a feed.",
  "start.empty.ask": "Ask your administrator to add articles.",
  "start.empty.go": "Add articles",
};

register({ vi, en });
