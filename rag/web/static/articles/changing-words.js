/** Words of what brings articles in from the web, and puts them right. */

import { register } from "../shared/i18n.js";

const vi = {
  "address.label": "Địa chỉ của một bài trên mạng",
  "address.go": "Lấy bài",
  "feed.label": "Địa chỉ kênh RSS, Atom, JSON, hoặc trang nhất của báo",
  "feed.go": "Theo dõi",
  "feeds.title": "Nguồn tin tự cập nhật",
  "feeds.hint": "Máy chủ tự lấy bài mới từ các nguồn này, đúng nhịp mỗi nguồn ra bài.",
  "feeds.unwatched": "Máy chủ này chưa được phép lấy trang: hãy đặt HOIDAP_FETCH_CONTACT.",
  "feeds.outcome.new": "chưa hỏi lần nào",
  "feeds.outcome.read": "vừa đọc",
  "feeds.outcome.unchanged": "không có gì mới",
  "feeds.outcome.failed": "không đọc được, sẽ thử lại",
  "feeds.outcome.gone": "nguồn không còn",
  "feeds.taken": "{count} bài đã lấy",
  "feeds.waiting": "{count} trang đang chờ",
  "feeds.refused": "{count} trang không lấy được",
  "feeds.missing": "{count} trang không có",
  "feeds.withdrawn": "{count} bài đã gỡ",
  "feeds.faults": "{count} trang không thành bài",
  "feeds.remove.named": "Thôi theo dõi: {title}",
  "edit.title": "Sửa tiêu đề, nguồn, ngày đăng",
  "edit.hint": "Điều sửa ở đây giữ nguyên khi bài được nạp lại. Để trống một ô để lấy lại điều bài ghi.",
  "edit.by-hand": "{label} (đã sửa tay)",
  "edit.save": "Lưu",
  "edit.saved": "Đã lưu. Từ câu hỏi sau là có hiệu lực.",
};

const en = {
  "address.label": "Address of an article on the web",
  "address.go": "Fetch the article",
  "feed.label": "Address of a feed (RSS, Atom, JSON) or of a newspaper's front page",
  "feed.go": "Watch",
  "feeds.title": "Feeds that update by themselves",
  "feeds.hint": "The server fetches new articles of these feeds, as often as each of them changes.",
  "feeds.unwatched": "This server may not fetch pages yet: set HOIDAP_FETCH_CONTACT.",
  "feeds.outcome.new": "not asked yet",
  "feeds.outcome.read": "just read",
  "feeds.outcome.unchanged": "nothing new",
  "feeds.outcome.failed": "cannot be read, will be tried again",
  "feeds.outcome.gone": "gone",
  "feeds.taken": "{count} articles taken",
  "feeds.waiting": "{count} pages waiting",
  "feeds.refused": "{count} pages not taken",
  "feeds.missing": "{count} pages missing",
  "feeds.withdrawn": "{count} articles withdrawn",
  "feeds.faults": "{count} pages gave no article",
  "feeds.remove.named": "Stop watching: {title}",
  "edit.title": "Edit title, source, date",
  "edit.hint": "What is put right here stays when the article is taken in again. Empty a field to go back to what the article states.",
  "edit.by-hand": "{label} (edited by hand)",
  "edit.save": "Save",
  "edit.saved": "Saved. The next question finds it.",
};

register({ vi, en });
