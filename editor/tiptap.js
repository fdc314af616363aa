// What the editor of lessons takes from TipTap and ProseMirror. Everything of our own stands in lms/base/static/write/.
export { callOrReturn, Editor, Extension, getExtensionField, Mark, mergeAttributes, Node } from "@tiptap/core";
export { Blockquote } from "@tiptap/extension-blockquote";
export { Bold } from "@tiptap/extension-bold";
export { Code } from "@tiptap/extension-code";
export { CodeBlock } from "@tiptap/extension-code-block";
export { Document } from "@tiptap/extension-document";
export { HardBreak } from "@tiptap/extension-hard-break";
export { Heading } from "@tiptap/extension-heading";
export { HorizontalRule } from "@tiptap/extension-horizontal-rule";
export { Italic } from "@tiptap/extension-italic";
export { BulletList, ListItem, ListKeymap, OrderedList } from "@tiptap/extension-list";
export { Paragraph } from "@tiptap/extension-paragraph";
export { Strike } from "@tiptap/extension-strike";
export { Text } from "@tiptap/extension-text";
export { Gapcursor, UndoRedo } from "@tiptap/extensions";
export { TextSelection } from "@tiptap/pm/state";
export * as tables from "@tiptap/pm/tables";
