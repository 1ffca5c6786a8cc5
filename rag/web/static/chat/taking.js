/** What an answer can be taken along as: the clipboard, a file, paper, a link. */

import { copied } from "./copying.js";
import { shareDialog } from "./sharing.js";
import { toast } from "../shared/dom.js";
import { language, t } from "../shared/i18n.js";
import { menuButton } from "../shared/menu.js";

/** The menu of an answer; of one that is not kept there is no file and no link. */
export function taking({ answered }, turnElement) {
  const { id, answer, kept } = answered;
  const file = (format, text) => ({
    drawing: "file",
    text,
    href: `/v1/answers/${encodeURIComponent(id)}/export?format=${format}&language=${language()}`,
  });
  const copy = async () => toast((await copied(answer)) ? t("answer.copied") : t("answer.not-copied"));
  return menuButton({ label: t("take.title"), drawing: "share", text: t("take.title") }, () => [
    { drawing: "copy", text: t("answer.copy"), onclick: copy },
    { drawing: "print", text: t("take.print"), onclick: () => printed(turnElement) },
    ...(kept === false
      ? []
      : [
          file("docx", t("take.docx")),
          file("md", t("take.md")),
          { drawing: "link", text: t("take.link"), onclick: () => shareDialog(id) },
        ]),
  ]);
}

/** Print one question and its answer; the style sheet leaves out the rest. */
function printed(turn) {
  turn.classList.add("to-print");
  addEventListener("afterprint", () => turn.classList.remove("to-print"), { once: true });
  print();
}
