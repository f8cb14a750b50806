// The TwiML editor: CodeMirror, with the suggestions and the problems that the server knows. It
// decides nothing about TwiML.
import { acceptCompletion, autocompletion, completionKeymap } from "@codemirror/autocomplete";
import { xml } from "@codemirror/lang-xml";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { nextDiagnostic, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { minimalSetup } from "codemirror";

const look = EditorView.theme({
  "&": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "var(--round)", fontSize: ".9rem" },
  "&.cm-focused": { outline: "3px solid var(--accent)", outlineOffset: "1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5", minHeight: "14em", maxHeight: "34rem", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", minHeight: "14em" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--faint)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--sunk) 55%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "light-dark(#bfd5f7, #2f4d7c)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--sunk)", outline: "1px solid var(--edge)" },
  ".cm-specialChar": { color: "var(--bad)" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "var(--round)", boxShadow: "0 4px 16px rgb(0 0 0 / .25)" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "3px 10px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-diagnostic": { padding: ".4rem .7rem", maxWidth: "32rem", fontFamily: "system-ui, sans-serif", whiteSpace: "normal" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--warn)" },
  ".cm-lintRange": { backgroundImage: "none", paddingBottom: "0", textDecorationSkipInk: "none", textUnderlineOffset: "3px" },
  ".cm-lintRange-error": { textDecoration: "underline wavy var(--bad) 1.5px", backgroundColor: "var(--bad-ground)" },
  ".cm-lintRange-warning": { textDecoration: "underline wavy var(--warn) 1.5px", backgroundColor: "var(--warn-ground)" },
  ".cm-lintPoint-error:after": { borderBottomColor: "var(--bad)" },
  ".cm-lintPoint-warning:after": { borderBottomColor: "var(--warn)" },
});

const colours = HighlightStyle.define([
  { tag: tags.tagName, color: "var(--accent)" },
  { tag: tags.angleBracket, color: "var(--faint)" },
  { tag: tags.attributeName, color: "light-dark(#8250df, #c297ff)" },
  { tag: tags.attributeValue, color: "var(--good)" },
  { tag: [tags.comment, tags.processingInstruction, tags.documentMeta], color: "var(--faint)" },
  { tag: tags.character, color: "var(--warn)" },
]);

// Over a selection a browser types by itself with an inline style, to keep the look of what it
// replaces. The page's policy refuses that, aloud, so the text is put in its place here.
const overSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || !event.data || empty || view.composing || event.isComposing) return false;
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, event.data, insert))) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

// edit shows an editor within root, a shadow root, whose own style sheet a strict policy allows.
// It holds what the text area holds, and writes back what is typed. name is what a screen reader
// calls it, and words are the phrases of CodeMirror in the language of the page.
export function edit(root, area, grammar, name, words) {
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        minimalSetup,
        lineNumbers(),
        highlightActiveLine(),
        bracketMatching(),
        autocompletion({ icons: false }),
        xml({ elements: grammar, autoCloseTags: false }), // whoever types a tag types its end too
        syntaxHighlighting(colours),
        indentUnit.of("    "),
        // Tab leaves the editor, as it leaves any field, unless a suggestion is open.
        keymap.of([...completionKeymap, { key: "Tab", run: acceptCompletion }, { key: "F8", run: nextDiagnostic }]),
        look,
        overSelection,
        EditorState.phrases.of(words),
        EditorView.contentAttributes.of({ "aria-label": name, tabindex: "0", spellcheck: "false", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          area.value = update.state.doc.toString();
          area.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      ],
    }),
  });
  return {
    focus: () => view.focus(),
    destroy: () => view.destroy(),
    // show takes over what the text area holds, if something else has written it.
    show() {
      if (area.value !== view.state.doc.toString()) {
        view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: area.value } });
      }
    },
    // underline shows problems at their places, which count UTF-16 units.
    underline(problems) {
      const end = view.state.doc.length;
      const within = problems.map((p) => ({ ...p, from: Math.min(p.from, end), to: Math.min(Math.max(p.to, p.from), end) }));
      view.dispatch(setDiagnostics(view.state, within));
    },
  };
}
