// <code-editor for="ID">: a real editor in place of a text area, which keeps holding the text, so
// that forms and pages without this script work alike. It lives in a shadow root: its styles are
// constructed there and need no exception from the policy of the pages.
import { closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import {
  HighlightStyle, bracketMatching, ensureSyntaxTree, foldGutter, foldKeymap, indentOnInput, syntaxHighlighting,
} from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--brand)" },
  { tag: tags.string, color: "var(--info)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--warn)" },
  { tag: tags.invalid, color: "var(--bad)" },
]);
const theme = EditorView.theme({
  "&": { backgroundColor: "var(--panel)", color: "var(--ink)", fontSize: "12.5px", maxHeight: "70vh" },
  "&.cm-focused": { outline: "none" }, // the element itself has it
  ".cm-scroller": { fontFamily: "var(--mono)", overflow: "auto", minHeight: "22rem", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--bg)", color: "var(--soft)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--hover)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--info-bg)",
  },
  ".cm-tooltip": { backgroundColor: "var(--panel)", color: "var(--ink)", border: "1px solid var(--edge)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" },
  // The pictures that come with it are data: addresses, which the policy of the pages refuses.
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad)" },
  ".cm-lint-marker-error": { content: "'●'", color: "var(--bad)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--quiet-bg)", color: "var(--soft)", border: "none" },
});

const text = (state, node) => {
  try {
    return JSON.parse(state.sliceDoc(node.from, node.to));
  } catch {
    return undefined;
  }
};
const values = (node) => {
  const found = [];
  for (let each = node.firstChild; each; each = each.nextSibling)
    if (!/^[[\]{},:⚠]$/.test(each.name)) found.push(each);
  return found;
};
const property = (state, object, name) =>
  object?.name === "Object"
    ? values(object).find((each) => each.firstChild && text(state, each.firstChild) === name)?.lastChild
    : undefined;
// A step's path begins with the name of a parameter, or with a field of the body.
const start = (state, body, name) => {
  const params = property(state, body, "params");
  const list = params?.name === "Array" ? values(params) : [];
  const param = list.find((each) => {
    const named = property(state, each, "name");
    return named && text(state, named) === name;
  });
  return param ? property(state, param, "value") || param : property(state, params, name) || property(state, body, name);
};
// The place that a path names, or the nearest one above it: a missing field is marked where it belongs.
const place = (state, path) => {
  const body = ensureSyntaxTree(state, state.doc.length, 200)?.topNode.firstChild;
  if (!body) return null;
  let at = start(state, body, path[0]);
  if (!at) return property(state, body, "params")?.parent.firstChild || body;
  for (const step of path.slice(1)) {
    const next = typeof step === "number" ? at.name === "Array" && values(at)[step] : property(state, at, step);
    if (!next) break;
    at = next;
  }
  return at;
};

class CodeEditor extends HTMLElement {
  connectedCallback() {
    const area = document.getElementById(this.getAttribute("for"));
    if (!area || this.view) return;
    const root = this.attachShadow({ mode: "open" });
    const isJson = this.getAttribute("language") === "json";
    const label = document.querySelector(`label[for="${area.id}"]`);
    label?.removeAttribute("for"); // it names the editor from now on
    label?.addEventListener("click", () => this.focus());
    const tell = EditorView.updateListener.of((update) => {
      if (!update.docChanged || this.silent) return;
      area.value = update.state.doc.toString();
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    const submit = { key: "Mod-Enter", run: () => (document.querySelector("#explain")?.click(), true) };
    this.view = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: area.value,
        extensions: [
          lineNumbers(), foldGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
          highlightActiveLine(), lintGutter(), EditorView.lineWrapping, syntaxHighlighting(colours), theme,
          isJson ? json() : [], keymap.of([submit, ...defaultKeymap, ...historyKeymap, ...foldKeymap]), tell,
          EditorView.contentAttributes.of({ "aria-label": label?.textContent.trim() ?? "", spellcheck: "false", tabindex: "0" }),
        ],
      }),
    });
    area.hidden = true;
    this.area = area;
    area.form?.addEventListener("reset", () => setTimeout(() => this.refresh()));
    this.dispatchEvent(new Event("ready", { bubbles: true }));
  }

  // Takes over what a script or a form put into the text area.
  refresh() {
    const { view, area } = this;
    if (!view || area.value === view.state.doc.toString()) return;
    this.silent = true;
    view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: area.value } });
    this.silent = false;
  }

  // Marks places with sentences: [{path: ["items", 0, "url"], message}], or {line} from 1.
  mark(found) {
    const { view } = this;
    if (!view) return;
    const marks = found.flatMap(({ path, line, message }) => {
      const node = path ? place(view.state, path) : view.state.doc.line(Math.min(line, view.state.doc.lines));
      if (!node) return [];
      const first = view.state.doc.lineAt(node.from);
      return [{ from: node.from, to: Math.max(Math.min(node.to, first.to), node.from), severity: "error", message }];
    });
    view.dispatch(setDiagnostics(view.state, marks.sort((one, other) => one.from - other.from)));
  }

  focus() {
    this.view?.focus();
  }
}
customElements.define("code-editor", CodeEditor);
