import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    block-size: 4px;
    overflow: hidden;
    border-radius: 2px;
    background: var(--_line);
  }
  :host([hidden]) {
    display: none;
  }
  div {
    block-size: 100%;
    background: var(--_accent);
  }
  .moving {
    inline-size: 30%;
    animation: move 1.5s ease-in-out infinite;
  }
  @keyframes move {
    from {
      margin-inline-start: -30%;
    }
    to {
      margin-inline-start: 100%;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .moving {
      inline-size: 100%;
      opacity: 0.5;
      animation: none;
    }
  }
  @media (forced-colors: active) {
    :host {
      outline: 1px solid CanvasText;
      outline-offset: -1px;
    }
    div {
      background: Highlight;
      forced-color-adjust: none;
    }
  }
`;
