import './skip-link.css';

/** The element that has the page's own content. */
export const CONTENT_ID = 'content';

/** The first thing that the Tab key reaches: it goes past the navigation. */
export function SkipLink() {
  return (
    <a
      className="skip-link"
      href={`#${CONTENT_ID}`}
      onClick={(event) => {
        // The address stays as it is.
        event.preventDefault();
        document.getElementById(CONTENT_ID)?.focus();
      }}
    >
      Skip to content
    </a>
  );
}
