/** What the sandbox is known to print otherwise than the test's real cluster, once masked. */
export interface Difference {
	readonly what: string;
	readonly reason: string;
	/** The commands of the script that show it. */
	readonly commands: RegExp;
	/** Takes it out of an output of either. */
	cut(output: string): string;
}

/** Keeps the lines that match. */
function keepLines(output: string, pattern: RegExp): string {
	return output
		.split('\n')
		.filter((line) => pattern.test(line))
		.join('\n');
}

const servedKinds =
	/ (ConfigMap|Deployment|EndpointSlice|Endpoints|HorizontalPodAutoscaler|Ingress|Lease|Namespace|Node|Pod|PodDisruptionBudget|ReplicaSet|ResourceQuota|Secret|SelfSubjectAccessReview|SelfSubjectReview|SelfSubjectRulesReview|Service|ServiceAccount|SubjectAccessReview)$| v1 .* Event$/;

const servedGroups =
	/^(apps|authentication\.k8s\.io|authorization\.k8s\.io|coordination\.k8s\.io|discovery\.k8s\.io|networking\.k8s\.io|policy)\/|^autoscaling\/v2|^v1$/;

export const differences: readonly Difference[] = [
	{
		what: 'Autoscalers have metrics: TARGETS, status and conditions',
		reason: 'The sandbox makes up a load, so that an autoscaler can be met; the real cluster has no metrics server.',
		commands: /hpa|^get all$/,
		cut: (output) =>
			output
				.replaceAll(/cpu: \S+\/50%/g, 'cpu: LOAD/50%')
				.replaceAll(/(?<=\n {2}kind: HorizontalPodAutoscaler\n(?:.*\n)*?) {2}status:\n(?: {4}.*\n)*/g, '')
				.replaceAll(/^Metrics:.*\n(?: .*\n)*/gm, '')
				.replaceAll(/^Deployment pods:[^]*?(?=\n\n\n|\nexit)/gm, ''),
	},
	{
		what: 'Events, container ids, image ids and the order of conditions of pods',
		reason:
			'The sandbox writes what a kubelet writes (Kubernetes 1.36); the real cluster’s kubelets are simulated and say less.',
		commands: /^(describe po|get po lonely -o json)/,
		cut: (output) =>
			output
				.replaceAll(/^ +\w+ {2}\w+ {2}AGE.* (kubelet|kwok_controller) .*\n/gm, '')
				.replaceAll(/^ +(Container|Image) ID:.*\n/gm, '')
				.replaceAll(/^ +(Ready|ContainersReady) {2}(True|False)\n/gm, '')
				.replaceAll(/^ +"(containerID|imageID)": .*\n/gm, '')
				.replaceAll(/^ +"conditions": \[\n(?: +[^\]]*\n)*? +\],\n/gm, ''),
	},
	{
		what: 'Size, labels, versions, conditions and events of nodes',
		reason: 'They are other machines.',
		commands: /^get nodes -o wide$|^describe node/,
		cut: (output) =>
			output.startsWith('Name:')
				? keepLines(output, /^(Name|Roles|CreationTimestamp|Taints|Unschedulable|Lease| {2}AcquireTime| {2}RenewTime):/)
				: output.replaceAll(/(?<= <none>) {2}(simulated|rolldeck) .*$/gm, ''),
	},
	{
		what: 'What is checked for `/readyz?verbose`',
		reason: 'A real server has more parts that can fail.',
		commands: /^get --raw .readyz.verbose$/,
		cut: (output) => keepLines(output, /\b(ping|log|etcd|informer-sync|shutdown) |passed/),
	},
	{
		what: 'The kinds and groups of the API',
		reason: 'The sandbox has the kinds that rollouts touch.',
		commands: /^api-(resources|versions)/,
		cut: (output) => keepLines(output, output.includes('ConfigMap') ? servedKinds : servedGroups),
	},
	{
		what: 'The server’s version',
		reason: 'It says that it is rolldeck’s.',
		commands: /^version$/,
		cut: (output) => output.replaceAll(/(?<=Server Version: v1\.37\.)\S+/g, 'N'),
	},
	{
		what: '`kubectl explain` has no descriptions',
		reason: 'The fields and types are the real ones; the texts would be half of the program.',
		commands: /^explain deployment/,
		cut: (output) => keepLines(output, /^(GROUP|KIND|VERSION|FIELD)|\t</),
	},
	{
		what: 'Logs: none of a container that never ran, the last words of one that crashed',
		reason: 'The sandbox logs what its containers do; the real cluster’s simulated ones share one log.',
		commands: /^logs (lonely --previous|missing|crash)/,
		cut: () => '',
	},
];
