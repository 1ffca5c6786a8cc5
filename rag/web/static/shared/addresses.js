/** The addresses of this page's views. */

const withQuery = (path, values) => {
  const query = new URLSearchParams(values).toString();
  return query ? `${path}?${query}` : path;
};

/** The archive; `filters` are pairs of a name and a value, as the service takes them. */
export const archiveAddress = (filters = []) => withQuery("#/articles", filters);

export const entityAddress = ({ kind, key }) => `#/e/${encodeURIComponent(kind)}/${encodeURIComponent(key)}`;
export const storyAddress = (id) => `#/st/${encodeURIComponent(id)}`;
export const storiesAddress = (query = "") => withQuery("#/stories", query ? { q: query } : {});
export const timelineAddress = (question = "") => withQuery("#/timeline", question ? { q: question } : {});
export const topicAddress = (id) => `#/topics/${encodeURIComponent(id)}`;
export const briefingAddress = (id) => `#/briefings/${encodeURIComponent(id)}`;
export const issueAddress = (id) => `#/issues/${encodeURIComponent(id)}`;

/** Asks a question in a conversation of its own. */
export const askAddress = (question) => withQuery("#/ask", { q: question });
