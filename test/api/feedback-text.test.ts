import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanText } from '#debrief/services/feedback-text.js';

describe('plain text', () => {
  test.each([
    ['enim adipisci vitae', '<p>enim adipisci vitae</p>'],
    ['a < b & c > d "e"', '<p>a &lt; b &amp; c &gt; d "e"</p>'],
    ['AT&amp;T', '<p>AT&amp;amp;T</p>'],
    ['one\ntwo\r\n\r\nthree', '<p>one<br />two</p><p>three</p>'],
    ['  5 <3 ', '<p>5 &lt;3</p>'],
    ['javascript:alert(1)', '<p>javascript:alert(1)</p>'],
  ])('%j', (text, html) => {
    expect(cleanText(text, [])).toBe(html);
  });
});

describe('HTML', () => {
  test.each([
    [
      'what is allowed stays',
      '<p>a <strong>b</strong><br><em>c</em> <u>d</u></p>',
      '<p>a <strong>b</strong><br /><em>c</em> <u>d</u></p>',
    ],
    ['lists', '<ul><li>a</li></ul><ol><li>b</li></ol>', '<ul><li>a</li></ul><ol><li>b</li></ol>'],
    ['old tags', '<b>a</b><i>b</i>', '<p><strong>a</strong><em>b</em></p>'],
    ['what is in no paragraph comes into one', 'a <em>b</em>', '<p>a <em>b</em></p>'],
    ['entities', '<p>a &lt;script&gt; &amp; &copy;</p>', '<p>a &lt;script&gt; &amp; ©</p>'],
    [
      'a link',
      '<a href="https://a.b/c?d=e&amp;f" target="_blank" rel="x" onclick="y()">z</a>',
      '<p><a href="https://a.b/c?d=e&amp;f" rel="noopener nofollow">z</a></p>',
    ],
    ['mail', '<a href="mailto:a@b.c">z</a>', '<p><a href="mailto:a@b.c" rel="noopener nofollow">z</a></p>'],
    ['a script', '<p>a<script>alert(1)</script>b</p>', '<p>ab</p>'],
    ['a script in a script', '<scr<script>ipt>alert(1)</scr</script>ipt>x', '<p>ipt&gt;alert(1)ipt&gt;x</p>'],
    ['handlers', '<p onerror="x()" style="x" class="y" id="z">a</p>', '<p>a</p>'],
    ['an image', 'a<img src=x onerror=alert(1)>b', '<p>ab</p>'],
    ['SVG', '<svg/onload=alert(1)><p>a</p></svg>', '<p>a</p>'],
    ['MathML', '<math><mi//xlink:href="data:x,<script>alert(4)</script>">a', '<p>a</p>'],
    ['a frame', '<iframe src="javascript:alert(1)"></iframe>a', '<p>a</p>'],
    ['a form', '<form action="x"><input value="y"><button>a</button></form>', '<p>a</p>'],
    ['styles', '<style>p{}</style><p>a</p>', '<p>a</p>'],
    ['comments', '<!-- x --><p>a<!--></p><script>alert(1)</script>-->', '<p>a</p>--&gt;'],
    ['what is not closed', '<p>a <strong>b <em>c', '<p>a <strong>b <em>c</em></strong></p>'],
    ['what closes nothing', '</strong></div>a', '<p>a</p>'],
    ['a tag that breaks off', '<p>a</p><a href="https://x', '<p>a</p>'],
    ['a mention', '<p>ask <span data-user-id="u-1">@Ada</span></p>', '<p>ask <span data-user-id="u-1">@Ada</span></p>'],
    ['one of somebody who is not mentioned', '<p>ask <span data-user-id="u-2">@Bob</span></p>', '<p>ask @Bob</p>'],
    ['a span that is no mention', '<p><span class="x">a</span></p>', '<p>a</p>'],
  ])('%s', (_, sent, html) => {
    expect(cleanText(sent, ['u-1'])).toBe(html);
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'java&#x09;script:alert(1)',
    '&#106;avascript:alert(1)',
    '\u0001javascript:alert(1)',
    'vbscript:x',
    'data:text/html,<script>alert(1)</script>',
    '//evil.example',
    '/relative',
    'relative',
    'ftp://a.b',
    'https:',
    'https://',
    'mailto:',
    '',
  ])('a link to %j leaves its text', (href) => {
    expect(cleanText(`<a href="${href.replaceAll('"', '&quot;')}">z</a>`, [])).toBe('<p>z</p>');
  });

  test.each([
    '',
    '   \n\t',
    '<p></p>',
    '<p>&nbsp;</p><br>',
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<!-- x -->',
    '\u200b\u00a0\ufeff',
    '<p>&#8203;</p>',
    '<a href="https://a.b"></a>',
  ])('%j is nothing', (text) => {
    expect(cleanText(text, [])).toBeNull();
  });

  test('deep and huge', () => {
    expect(cleanText(`${'<ul><li>'.repeat(1_000)}a`, [])!.length).toBeLessThan(300);
    expect(cleanText('<'.repeat(20_000), [])).toBe(`<p>${'&lt;'.repeat(20_000)}</p>`);
    expect(cleanText(`<p>${'&'.repeat(19_000)}</p>`, [])).toBe(`<p>${'&amp;'.repeat(19_000)}</p>`);
    const nested = cleanText(`${'<strong>'.repeat(2_400)}a`, [])!;
    expect(nested.match(/<strong>/g)!.length).toBeLessThanOrEqual(20);
  });
});

test('whatever is sent, what comes out is only what is allowed, and stays as it is', () => {
  const bit = fc.constantFrom(
    ...[
      '<p>',
      '</p>',
      '<b>',
      '</b>',
      '<script>',
      '</script>',
      '<a href="',
      'javascript:',
      'https://a.b',
      '">',
      '</a>',
      '<span data-user-id="u-1">',
    ],
    ...[
      '</span>',
      '<img src=x onerror=',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<svg>',
      '<style>',
      '</style>',
      '&lt;',
      '&#60;',
      '&',
      '<',
      '>',
      '"',
      "'",
    ],
    ...[
      '\n',
      '\n\n',
      'a',
      ' ',
      '<br>',
      '<li>',
      '<textarea>',
      '<noscript>',
      '<title>',
      '<math>',
      '/',
      '=',
      'é',
      '\u2028',
    ],
  );
  const allowed =
    /^(?:[^<>]|<\/?(?:p|strong|em|u|ul|ol|li)>|<br \/>|<\/(?:a|span)>|<a href="(?:https?:\/\/|mailto:)[^"<>]*" rel="noopener nofollow">|<span data-user-id="u-1">)*$/;
  fc.assert(
    fc.property(fc.array(bit, { maxLength: 30 }), (bits) => {
      const clean = cleanText(bits.join(''), ['u-1']);
      if (clean === null) return;
      expect(clean).toMatch(allowed);
      expect(cleanText(clean, ['u-1'])).toBe(clean);
    }),
    { numRuns: 3_000 },
  );
});
