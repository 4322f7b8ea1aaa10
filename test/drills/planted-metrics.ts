import { imageOf, plantPod } from '../support/planted-pod.ts'

/**
 * A target of Prometheus that says what it is told to.
 * @param as whose part of the bank Prometheus takes it for
 * @param lines an expression in JavaScript: the lines of its answer
 */
export async function plantMetrics(name: string, as: string, lines: string): Promise<() => Promise<void>> {
  const serve = `require('node:http').createServer((_, response) => {
    response.setHeader('content-type', 'text/plain')
    response.end(${lines}.map((line) => line + '\\n').join(''))
  }).listen(9000)`
  return plantPod(name, {
    image: await imageOf('deployment/api'),
    labels: { 'app.kubernetes.io/name': as },
    command: ['node', '--eval', serve],
    container: { ports: [{ name: 'metrics', containerPort: 9000 }] },
  })
}
