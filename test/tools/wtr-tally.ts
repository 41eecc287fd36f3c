import type { Reporter, TestSession, TestSuiteResult } from '@web/test-runner';
import { tallyLine } from './tally.mjs';

interface NamedResult {
  name: string;
  passed: boolean;
  skipped: boolean;
  message: string;
}

const flatten = (suite: TestSuiteResult, path: string[] = []): NamedResult[] => [
  ...suite.tests.map(({ name, passed, skipped, error }) => ({
    name: [...path, name].join(' › '),
    passed,
    skipped,
    message: [
      error?.message ?? '',
      error?.stack ?? '',
      error?.expected === undefined ? '' : `expected ${error.expected}\nactual   ${error.actual ?? ''}`,
    ]
      .join('\n')
      .trim(),
  })),
  ...suite.suites.flatMap((inner) => flatten(inner, [...path, inner.name])),
];

const failuresOf = (session: TestSession): string[] => {
  const results = session.testResults ? flatten(session.testResults) : [];
  const failed = results.filter((result) => !result.passed || result.skipped);
  const where = `[${session.browser.name}] ${session.testFile}`;
  const failures = [
    ...failed.map(({ name, skipped, message }) => `✖ ${skipped ? 'skipped: ' : ''}${name}\n  ${where}\n${message}`),
    ...session.errors.map(({ message, stack }) => `✖ ${where}\n${stack ?? message}`),
  ];
  if (failures.length === 0 && (session.passed !== true || results.length === 0)) failures.push(`✖ ${where}\nNo test ran.`);
  if (failures.length > 0)
    failures.push(...session.logs.map((line) => `  ${line.map(String).join(' ')}`), ...session.request404s.map((url) => `  404 ${url}`));
  return failures;
};

/** A reporter for the element tests that prints failures and closes with the tally of all browsers. A skipped test counts as failed. */
export const tallyReporter = (): Reporter => ({
  onTestRunFinished({ sessions, testCoverage }) {
    const failures = sessions.flatMap(failuresOf);
    if (testCoverage) {
      const { lines, branches } = testCoverage.summary;
      console.log(`coverage: lines ${String(lines.pct)} %, branches ${String(branches.pct)} %`);
    }
    for (const failure of failures) console.log(`\n${failure}`);
    const failed = failures.filter((failure) => failure.startsWith('✖')).length;
    const passed = sessions
      .flatMap(({ testResults }) => (testResults ? flatten(testResults) : []))
      .filter((result) => result.passed && !result.skipped).length;
    console.log(tallyLine(passed, failed));
  },
});
