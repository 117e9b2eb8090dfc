import type { Problem } from '../contract/problem.js';

/**
 * An error that the server answered. `problem.detail` says why, `problem.parameter` names the parameter or field at
 * fault.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly problem: Problem;
  readonly status: number;
  readonly headers: Headers;

  constructor(problem: Problem, headers: Headers) {
    super(`${problem.status} ${problem.title}: ${problem.detail}`);
    this.problem = problem;
    this.status = problem.status;
    this.headers = headers;
  }
}

const MAX_SHOWN = 300;

/** The error in a response. A proxy's own answer is not a problem document; one is made from it. */
export async function refusalOf(response: Response): Promise<ApiError> {
  const { status, statusText, headers } = response;
  const text = await response.text().catch(() => '');
  const made = { type: 'about:blank', title: statusText || 'Error', status, detail: text.slice(0, MAX_SHOWN) };
  if (!/^application\/(problem\+)?json\b/.test(headers.get('content-type') ?? '')) return new ApiError(made, headers);
  try {
    return new ApiError({ ...made, ...(JSON.parse(text) as Partial<Problem>) }, headers);
  } catch {
    return new ApiError(made, headers);
  }
}
