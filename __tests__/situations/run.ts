import { type Annotation, runAction, type Step, type StepResult } from '../action/action.ts'
import { accountSid, authToken, pullRequest } from '../action/fixtures.ts'
import { type Github, startGithub, startRecorder } from '../action/github.ts'
import { startTls } from '../action/tls.ts'
import { type RecordedRequest, startSandbox } from '../sandbox/sandbox.ts'
import { parentSeed } from './accounts.ts'
import { annotationsText, keptAnnotations, readableText, shownLog } from './shown.ts'
import { idOf, type Part, type Situation } from './situation.ts'
import { isFirst } from './situations.ts'

/** A GitHub on this machine for all situations, and the tokens of their jobs. */
export interface Stand {
  readonly github: Github
  readonly token: string
  /** As a job of a fork has it. */
  readonly readToken: string
}

/** What a situation left to look at. */
export interface Seen {
  readonly exitCode: number | null
  readonly result: string | undefined
  /** As the run page keeps them. */
  readonly annotations: readonly Annotation[]
  /** How many there were before, by level. */
  readonly made: Readonly<Record<string, number>>
  /** What a reader reads of each part. */
  readonly text: Readonly<Record<Part, string>>
  /** The files by name, without those that are not there. */
  readonly files: Readonly<Record<string, string>>
}

/** Starts what all situations have in common. */
export async function openStand(): Promise<Stand> {
  const github = await startGithub()
  const [token, readToken] = await Promise.all([
    github.tokenWith({ issues: 'write', pull_requests: 'write' }),
    github.tokenWith({ issues: 'read', pull_requests: 'read' }),
  ])
  return { github, token, readToken }
}

/**
 * Runs a situation as real runs: under Twilio's own names, on a schedule, and the first of a number on a
 * pull request, too. An evidence file is asked for on the pull request alone, since the usual workflow has none.
 */
export async function see(situation: Situation, stand: Stand): Promise<Seen> {
  const only = situation.event
  if (only !== undefined) {
    const [run, comment] = await runOnPullRequest(situation, only, stand.readToken, stand)
    return seenOf(run, { comment, issue: '', evidence: run.evidence })
  }
  const event = { name: 'pull_request', payload: pullRequest('your-org/app') }
  const [[run, issue], onPullRequest] = await Promise.all([
    runOnSchedule(situation, stand),
    isFirst(situation) ? runOnPullRequest(situation, event, stand.token, stand) : null,
  ])
  const [pullRequestRun, comment] = onPullRequest ?? [null, '']
  return seenOf(run, { comment, issue, evidence: pullRequestRun?.evidence ?? null })
}

async function runOnSchedule(situation: Situation, { github, token }: Stand): Promise<[StepResult, string]> {
  const label = `situation-${idOf(situation)}`
  const inputs = { ...situation.inputs, 'drift-issue': 'true', 'drift-issue-label': label, 'github-token': token }
  const run = await runStep(situation, { inputs, event: { name: 'schedule' }, github })
  const issue = (await github.issues()).find(({ labels }) => labels.some(({ name }) => name === label))
  if (issue === undefined) return [run, '']
  const comments = await github.comments(issue.number)
  return [run, [`# ${issue.title}`, issue.body, ...comments.map(({ body }) => `---\n\n${body}`)].join('\n\n')]
}

async function runOnPullRequest(
  situation: Situation,
  { payload, ...event }: NonNullable<Step['event']>,
  token: string,
  { github }: Stand,
): Promise<[StepResult, string]> {
  const number = await github.openPullRequest()
  const { pull_request } = payload as { readonly pull_request: Readonly<Record<string, unknown>> }
  const allowed = situation.inputs['allow-risky-changes']
  const inputs = {
    ...situation.inputs,
    ...(situation.inputs['mode'] === 'apply'
      ? { 'allow-risky-changes': [...(allowed === undefined ? [] : [allowed]), 'apply-from-pull-request'].join(',') }
      : {}),
    'pr-comment': 'always',
    'report-path': 'evidence.json',
    'github-token': token,
  }
  const about = { ...event, payload: { pull_request: { ...pull_request, number } } }
  const run = await runStep(situation, { inputs, event: about, github })
  return [run, (await github.comments(number)).map(({ body }) => body).join('\n\n---\n\n')]
}

interface Task {
  readonly inputs: Readonly<Record<string, string>>
  readonly event: NonNullable<Step['event']>
  readonly github: Github
}

async function runStep(situation: Situation, task: Task): Promise<StepResult> {
  const { server = {}, credential, cancelAt, env } = situation
  const { promise: signal, resolve } = Promise.withResolvers<NodeJS.Signals>()
  const sandbox = await startSandbox({
    accounts: [parentSeed(server.parent), ...structuredClone(server.subaccounts ?? [])],
    onRequest: ({ method }: RecordedRequest) => void (method === cancelAt && resolve('SIGINT')),
  })
  for (const fault of server.faults ?? []) sandbox.fault(fault)
  const [tls, recorder] = await Promise.all([startTls({ origin: sandbox.url }), startRecorder(task.github.url)])
  if (situation.github !== undefined) recorder.fault(situation.github)
  try {
    return await runAction({
      with: { ...(credential ?? { 'account-sid': accountSid, 'auth-token': authToken }), ...task.inputs },
      env: { ...tls.env, GITHUB_API_URL: recorder.url, ...env },
      event: task.event,
      signal,
    })
  } finally {
    tls.close()
    await Promise.all([sandbox.close(), recorder.close()])
  }
}

function seenOf(
  run: StepResult,
  { comment, issue, evidence }: { readonly comment: string; readonly issue: string; readonly evidence: string | null },
): Seen {
  const annotations = keptAnnotations(run.annotations)
  const log = shownLog(run.log)
  const text = {
    log,
    annotations: annotationsText(annotations),
    summary: readableText(run.summary),
    comment: readableText(comment),
    issue: readableText(issue),
  }
  const files = {
    'log.txt': log,
    'annotations.txt': text.annotations,
    'summary.md': run.summary,
    'comment.md': comment,
    'issue.md': issue,
    'evidence.json': evidence ?? '',
  }
  return {
    exitCode: run.exitCode,
    result: run.outputs['result'],
    annotations,
    made: Object.fromEntries(
      ['error', 'warning', 'notice'].map((level) => [
        level,
        run.annotations.filter((one) => one.level === level).length,
      ]),
    ),
    text: { ...text, all: Object.values(text).join('\n') },
    files: Object.fromEntries(Object.entries(files).filter(([, content]) => content !== '')),
  }
}
