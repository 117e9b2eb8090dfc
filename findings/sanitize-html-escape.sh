#!/usr/bin/env bash
# sanitize-html 2.17.5: with `disallowedTagsMode: 'escape'` text is still lost. What has the form of a declaration is dropped whole,
# and of what begins like a tag and is no tag, the words up to the next `<` are gone, with the `<` itself.
#
# Seen (left: given, right: what comes out):
#   talk time x<y and y<0 here  ->  talk time xy&lt;0 here
#   wow <!important> note       ->  wow  note
#   what <?> is                 ->  what  is
set -euo pipefail
dir=$(mktemp -d); trap 'rm -rf "$dir"' EXIT; cd "$dir"
npm init -y > /dev/null; npm install --no-audit --no-fund --silent sanitize-html@2.17.5
cat > see.mjs << 'JS'
import sanitizeHtml from 'sanitize-html';
let changed = false;
for (const [given, seen] of [
  ['talk time x<y and y<0 here', 'talk time xy&lt;0 here'],
  ['wow <!important> note', 'wow  note'],
  ['what <?> is', 'what  is'],
]) {
  const shown = sanitizeHtml(given, { disallowedTagsMode: 'escape' });
  console.log(JSON.stringify(given), '->', JSON.stringify(shown));
  changed ||= shown !== seen;
}
process.exit(changed ? 1 : 0);
JS
node see.mjs
