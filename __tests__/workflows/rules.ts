import { parse } from 'yaml'
import { read, type Source } from './files.ts'
import { type Job, type Place, readWorkflow, type ReadWorkflow, type Step } from './workflow.ts'

/** The names of this action and its reusable workflow, without their owner. */
const ownAction = /^(\.\/|\$\/\.github\/actions\/(check|join)|[\w-]+\/twilio-composition-settings@\S+)$/
const ownWorkflow = /^[\w-]+\/twilio-composition-settings\/\.github\/workflows\/scheduled-check\.yml@\S+$/
const pinned = /^[\w.-]+(\/[\w.-]+)+@[0-9a-f]{40}$/

type Report = (place: Place, message: string) => void
type Rule = (read: ReadWorkflow, report: Report) => void

/** The faults of a workflow of this repository, one line each, with file and line. */
export function problemsOfWorkflow(source: Source): string[] {
  return problems(source, [
    permissionRule,
    timeoutRule,
    pinRule,
    checkoutRule,
    scriptRule,
    ownActionRule,
    ownWorkflowRule,
  ])
}

/** The faults of an example, which may be shorter than a workflow of this repository. */
export function problemsOfExample(source: Source): string[] {
  return problems(source, [scriptRule, ownActionRule, ownWorkflowRule])
}

function problems(source: Source, rules: readonly Rule[]): string[] {
  const found: string[] = []
  const workflow = readWorkflow(source)
  for (const rule of rules)
    rule(workflow, (place, message) => void found.push(`${source.path}:${workflow.lineOf(place)}: ${message}`))
  return found
}

const permissionRule: Rule = ({ workflow, commentAt }, report) => {
  const top = workflow.permissions
  if (typeof top !== 'object' || Object.keys(top).length > 0)
    report(['permissions'], 'the workflow must have "permissions: {}" at the top')
  for (const [id, { permissions }] of Object.entries(workflow.jobs)) {
    const place = ['jobs', id, 'permissions']
    if (typeof permissions !== 'object') report(place, `the job "${id}" must list its permissions`)
    else
      for (const scope of Object.keys(permissions))
        if (commentAt([...place, scope]) === '')
          report([...place, scope], `the permission "${scope}" of the job "${id}" has no reason beside it`)
  }
}

const timeoutRule: Rule = ({ workflow }, report) => {
  for (const [id, job] of Object.entries(workflow.jobs))
    if (job.uses === undefined && job['timeout-minutes'] === undefined)
      report(['jobs', id], `the job "${id}" has no timeout-minutes`)
}

const pinRule: Rule = ({ workflow, commentAt }, report) => {
  for (const { uses, place } of allUses(workflow.jobs)) {
    if (ownAction.test(uses) || ownWorkflow.test(uses)) continue
    if (!pinned.test(uses)) report(place, `"${uses}" is not pinned by a commit`)
    else if (!/^v\d+\.\d+\.\d+$/.test(commentAt(place)))
      report(place, `"${uses}" has no version beside it, such as "# v1.2.3"`)
  }
}

const checkoutRule: Rule = ({ workflow }, report) => {
  for (const { step, place } of allSteps(workflow.jobs)) {
    if (step.uses?.startsWith('actions/checkout@') && step.with?.['persist-credentials'] !== false)
      report([...place, 'uses'], 'actions/checkout must have "persist-credentials: false"')
  }
}

const scriptRule: Rule = ({ workflow }, report) => {
  for (const { step, place } of allSteps(workflow.jobs))
    if (step.run?.includes('${{')) report([...place, 'run'], 'an expression stands in a script: pass it by "env"')
}

const ownActionRule: Rule = ({ workflow }, report) => {
  for (const { step, place } of allSteps(workflow.jobs)) {
    if (step.uses === undefined || !ownAction.test(step.uses)) continue
    const file = step.uses.startsWith('$/') ? `${step.uses.slice(2)}/action.yml` : 'action.yml'
    const { inputs } = parse(read(file)) as { readonly inputs: Declared }
    compare(`inputs of ${file}`, Object.keys(step.with ?? {}), inputs, [...place, 'with'], report)
  }
}

const ownWorkflowRule: Rule = ({ workflow }, report) => {
  const called = parse(read('.github/workflows/scheduled-check.yml')) as Callable
  for (const [id, job] of Object.entries(workflow.jobs)) {
    if (job.uses === undefined || !ownWorkflow.test(job.uses)) continue
    const { inputs, secrets } = called.on.workflow_call
    compare('inputs of scheduled-check.yml', Object.keys(job.with ?? {}), inputs, ['jobs', id, 'with'], report)
    if (typeof job.secrets === 'object')
      compare('secrets of scheduled-check.yml', Object.keys(job.secrets), secrets, ['jobs', id, 'secrets'], report)
    const granted =
      typeof job.permissions === 'object'
        ? job.permissions
        : typeof workflow.permissions === 'object'
          ? workflow.permissions
          : {}
    for (const [scope, level] of Object.values(called.jobs).flatMap((calledJob) =>
      Object.entries(calledJob.permissions),
    )) {
      if (granted[scope] !== level && granted[scope] !== 'write')
        report(['jobs', id], `the job "${id}" must grant "${scope}: ${level}", else the run does not start`)
    }
  }
}

type Declared = Readonly<Record<string, { readonly required?: boolean }>>

interface Callable {
  readonly on: { readonly workflow_call: { readonly inputs: Declared; readonly secrets: Declared } }
  readonly jobs: Readonly<Record<string, { readonly permissions: Readonly<Record<string, string>> }>>
}

function compare(what: string, given: readonly string[], declared: Declared, place: Place, report: Report): void {
  for (const name of given)
    if (declared[name] === undefined) report([...place, name], `"${name}" is not one of the ${what}`)
  for (const [name, { required }] of Object.entries(declared))
    if (required === true && !given.includes(name))
      report(place, `"${name}" is missing, which is required of the ${what}`)
}

function allSteps(jobs: Readonly<Record<string, Job>>): { readonly step: Step; readonly place: Place }[] {
  return Object.entries(jobs).flatMap(([id, { steps = [] }]) =>
    steps.map((step, index) => ({ step, place: ['jobs', id, 'steps', index] })),
  )
}

function allUses(jobs: Readonly<Record<string, Job>>): { readonly uses: string; readonly place: Place }[] {
  const ofJobs = Object.entries(jobs).map(([id, { uses }]) => ({ uses, place: ['jobs', id, 'uses'] }))
  const ofSteps = allSteps(jobs).map(({ step, place }) => ({ uses: step.uses, place: [...place, 'uses'] }))
  return [...ofJobs, ...ofSteps].flatMap(({ uses, place }) => (uses === undefined ? [] : [{ uses, place }]))
}
