/** One conversation in the list: where it leads, and what can be done with it. */

import { Problem, request } from "../shared/api.js";
import { confirmed } from "../shared/dialogs.js";
import { el, fill, icon, toast } from "../shared/dom.js";
import { age, t } from "../shared/i18n.js";
import { menuButton } from "../shared/menu.js";

const MOST = 200; // characters of a title

/**
 * @param {{id: string, title: string, updated_at: string, pinned: boolean}} conversation
 * @param {boolean} here whether it is the one that is shown
 * @param {{changed: (focused: string | null) => void, deleted: (id: string) => void}} does `focused` is what the focus
 *   goes to, where it is listed then
 */
export function conversationItem(conversation, here, does) {
  const { id, title, pinned } = conversation;
  const item = el("li", { "data-id": id });
  const edited = async (body) => (await sent("PATCH", id, body)) && does.changed(id);
  const remove = async () => {
    const asked = [t("conversations.confirm"), t("conversations.confirm-text", { title })];
    if (!(await confirmed(...asked, t("conversations.delete-short"))) || !(await sent("DELETE", id))) return;
    toast(t("conversations.deleted"));
    does.deleted(id);
    does.changed(null);
  };
  const menu = menuButton({ label: t("conversations.menu", { title }), drawing: "more" }, () => [
    { drawing: "edit", text: t("conversations.rename"), onclick: () => rename(item, conversation, edited, draw) },
    {
      drawing: "pin",
      text: t(pinned ? "conversations.unpin" : "conversations.pin"),
      onclick: () => edited({ pinned: !pinned }),
    },
    { drawing: "trash", text: t("conversations.delete"), onclick: remove },
  ]);
  const draw = () =>
    fill(
      item,
      el(
        "a",
        { href: `#/c/${encodeURIComponent(id)}`, "aria-current": here ? "page" : null, title: age(conversation.updated_at) },
        pinned && icon("pin"),
        el("span", { class: "conversation-title" }, title),
      ),
      menu,
    );
  draw();
  return item;
}

/** A field in the place of the title: Enter keeps what it says, Escape what was. */
function rename(item, { title }, edited, draw) {
  const input = el("input", { value: title, maxlength: MOST, "aria-label": t("conversations.rename-field"), autocomplete: "off" });
  const back = () => {
    draw();
    item.querySelector("button").focus();
  };
  const submit = (event) => {
    event.preventDefault();
    const wanted = input.value.trim();
    back();
    if (wanted && wanted !== title) edited({ title: wanted });
  };
  const escape = (event) => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    event.preventDefault(); // the drawer stays open
    back();
  };
  fill(
    item,
    el(
      "form",
      { class: "rename", onsubmit: submit, onkeydown: escape },
      input,
      el("button", { type: "submit", class: "quiet icon-only", "aria-label": t("conversations.rename-save") }, icon("check")),
    ),
  );
  input.select();
}

/** Whether it was done; what is gone already need not be deleted. */
async function sent(method, id, body) {
  try {
    await request(`/v1/conversations/${encodeURIComponent(id)}`, { method, body });
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (method === "DELETE" && error.status === 404) return true;
    toast(`${error.what} ${error.mend}`);
    return false;
  }
}
