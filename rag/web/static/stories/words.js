/** Words of stories and timelines. */

import { register } from "../shared/i18n.js";

const vi = {
  "stories.tab": "Sự kiện – Hỏi Đáp",
  "stories.title": "Sự kiện",
  "stories.hint": "Các bài của nhiều nguồn về cùng một việc, đặt cạnh nhau.",
  "stories.count": "{count} sự kiện",
  "stories.find": "Tìm sự kiện",
  "stories.none": "Không có sự kiện nào như vậy.",
  "stories.empty": "Chưa có sự kiện nào: cần ít nhất hai bài cùng nói về một việc.",
  "story.kicker": "Sự kiện",
  "story.all": "Các sự kiện",
  "story.timeline": "Dòng thời gian",
  "story.unnamed": "Không rõ nguồn",
  "story.differ": "Số liệu các nguồn khác nhau",
  "story.differ.hint": "Mỗi hàng là các câu nói về cùng một số liệu; hãy đọc ngày và bài gốc trước khi dùng.",
  "story.missing": "Không có sự kiện này",
  "story.missing.text": "Có thể các bài đã bị xóa, hoặc đã nhập vào một sự kiện khác.",
  "timeline.tab": "Dòng thời gian – Hỏi Đáp",
  "timeline.title": "Dòng thời gian",
  "timeline.hint": "Mỗi ngày có việc là một câu của một bài báo, kèm trích dẫn. Việc không rõ ngày đứng cuối.",
  "timeline.ask": "Diễn biến của việc gì?",
  "timeline.ask.instead": "Hỏi câu này",
  "timeline.go": "Xem theo ngày",
  "timeline.count": "{count} sự việc",
  "timeline.none": "Các bài báo không có diễn biến nào về điều này.",
};

const en = {
  "stories.tab": "Stories – Hỏi Đáp",
  "stories.title": "Stories",
  "stories.hint": "What several sources write about one event, side by side.",
  "stories.count": "{count} stories",
  "stories.count.one": "{count} story",
  "stories.find": "Find stories",
  "stories.none": "There is no such story.",
  "stories.empty": "No stories yet: at least two articles must tell of one event.",
  "story.kicker": "Story",
  "story.all": "All stories",
  "story.timeline": "Timeline",
  "story.unnamed": "Source not known",
  "story.differ": "The sources give different figures",
  "story.differ.hint": "Each row holds sentences about one figure; read their days and articles before you use one.",
  "story.missing": "There is no such story",
  "story.missing.text": "Its articles may have been deleted, or it became part of another story.",
  "timeline.tab": "Timeline – Hỏi Đáp",
  "timeline.title": "Timeline",
  "timeline.hint":
    "One sentence of an article for each day of events, with its citation. Events without a day stand last.",
  "timeline.ask": "What should the timeline be of?",
  "timeline.ask.instead": "Ask this question",
  "timeline.go": "Show by day",
  "timeline.count": "{count} events",
  "timeline.count.one": "{count} event",
  "timeline.none": "The articles tell of no course of events here.",
};

register({ vi, en });
