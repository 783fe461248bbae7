/** A command of the script: what stands after `kubectl`, in the words of a shell; single quotes hold a word together. */
export interface Command {
	readonly line: string;
	readonly input?: string;
}

const web = {
	apiVersion: 'apps/v1',
	kind: 'Deployment',
	metadata: {name: 'web', labels: {tier: 'front'}, annotations: {'kubernetes.io/change-cause': 'first'}},
	spec: {
		replicas: 3,
		selector: {matchLabels: {app: 'web'}},
		template: {
			metadata: {labels: {app: 'web'}},
			spec: {
				terminationGracePeriodSeconds: 1,
				containers: [
					{
						name: 'web',
						image: 'web:1.0',
						ports: [{name: 'http', containerPort: 8080}],
						env: [{name: 'MODE', value: 'plain'}],
						resources: {requests: {cpu: '10m', memory: '16Mi'}},
						readinessProbe: {httpGet: {path: '/', port: 'http'}},
					},
				],
			},
		},
	},
};

const ingress = {
	apiVersion: 'networking.k8s.io/v1',
	kind: 'Ingress',
	metadata: {name: 'entry'},
	spec: {
		ingressClassName: 'nginx',
		tls: [{hosts: ['shop.example.com'], secretName: 'tls'}],
		rules: [
			{
				host: 'shop.example.com',
				http: {
					paths: [
						{path: '/', pathType: 'Prefix', backend: {service: {name: 'web', port: {number: 80}}}},
						{path: '/gone', pathType: 'Exact', backend: {service: {name: 'gone', port: {name: 'http'}}}},
					],
				},
			},
		],
	},
};

const settings = {apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'settings'}, data: {colour: 'blue'}};

function pod(name: string, tag: string, resources: object = {requests: {cpu: '10m'}}): object {
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {name, labels: {run: name}},
		spec: {terminationGracePeriodSeconds: 1, containers: [{name: 'main', image: `${name}:${tag}`, resources}]},
	};
}

const kinds = 'deploy,rs,po,svc,ep,endpointslices,ing,cm,secret,sa,hpa,pdb,quota';

const reads: readonly string[] = [
	`get ${kinds}`,
	`get ${kinds} -o wide`,
	'get all',
	'get deploy,svc -o name',
	"get po -l 'app in (web,other),!nothing' --show-labels -L app",
	'get po --field-selector status.phase=Running,metadata.name=lonely',
	'get po --field-selector status.phase!=Running',
	"get deploy web -o jsonpath='{.spec.replicas} {.status.readyReplicas}'",
	'get po -l app=web --sort-by=.metadata.creationTimestamp -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[0].image,OWNER:.metadata.ownerReferences[0].kind',
	'get deploy,rs,svc,hpa,pdb,quota,ing,endpointslices -o yaml',
	'get po lonely -o json',
	'get ns default -o yaml',
	'get events --field-selector involvedObject.kind=Deployment',
	'get events --field-selector involvedObject.kind=ReplicaSet -o wide',
	'events --for deployment/web',
	'get nodes',
	'get nodes -o wide',
	'get deploy web --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}',
	'describe po lonely',
	'describe deploy,rs,svc,ing,hpa,pdb,quota',
	'describe cm settings',
	'describe node NODE',
	'get lease NODE -n kube-node-lease -o jsonpath={.spec.leaseDurationSeconds}{.metadata.ownerReferences[*].name}',
	'get --raw /livez/ping',
	'get --raw /readyz?verbose',
	'get --raw /readyz/nothing',
	'rollout history deployment/web',
	'rollout history deployment/web --revision=1',
	'logs lonely --tail=0',
];

const build: readonly (string | Command)[] = [
	{line: 'create -f -', input: JSON.stringify(web)},
	{line: 'create -f -', input: JSON.stringify(web)},
	'rollout status deployment/web --timeout=60s',
	'expose deployment web --port=80 --target-port=http',
	'expose deployment web --port=80 --target-port=http',
	'expose deployment web --name=outside --port=80 --type=NodePort',
	{line: 'apply -f -', input: JSON.stringify(settings)},
	{line: 'apply -f -', input: JSON.stringify({...settings, data: {colour: 'red', size: 'big'}})},
	{line: 'apply -f -', input: JSON.stringify({...settings, data: {colour: 'red', size: 'big'}})},
	'create secret generic login --from-literal=user=shop',
	'create serviceaccount robot',
	'create quota pods --hard=pods=20,services=5,requests.cpu=4',
	'create poddisruptionbudget web --selector=app=web --min-available=2',
	'autoscale deployment web --min=2 --max=5 --cpu=50%',
	{line: 'create -f -', input: JSON.stringify(ingress)},
	{line: 'create -f -', input: JSON.stringify(pod('greedy', '1.0', {}))},
	{line: 'create -f -', input: JSON.stringify(pod('lonely', '1.0'))},
	'wait pod/lonely --for=condition=Ready --timeout=60s',
	'wait poddisruptionbudget/web --for=jsonpath={.status.currentHealthy}=3 --timeout=60s',
	'wait resourcequota/pods --for=jsonpath={.status.used.pods}=4 --timeout=60s',
];

const changes: readonly (string | Command)[] = [
	'delete hpa web',
	'label deployment web team=blue',
	'label deployment web team=green --overwrite',
	'label deployment web team-',
	'annotate deployment web kubernetes.io/change-cause=second --overwrite',
	'set image deployment/web web=web:2.0',
	'set image deployment/web nobody=web:2.0',
	'rollout status deployment/web --timeout=60s',
	'set env deployment/web MODE=fancy',
	'set env deployment/web --list',
	'rollout status deployment/web --timeout=60s',
	'rollout history deployment/web',
	'rollout history deployment/web --revision=9',
	'rollout undo deployment/web --dry-run=server',
	'rollout undo deployment/web --to-revision=1',
	'rollout undo deployment/web --to-revision=9',
	'rollout status deployment/web --timeout=60s',
	'rollout history deployment/web',
	'rollout pause deployment/web',
	'rollout pause deployment/web',
	'rollout undo deployment/web',
	'rollout restart deployment/web',
	'rollout resume deployment/web',
	'rollout resume deployment/web',
	'scale deployment web --replicas=4',
	'scale deployment web --replicas=5 --current-replicas=3',
	'scale deployment web --replicas=-1',
	'scale deployment nobody --replicas=1',
	'rollout status deployment/web --timeout=60s',
	'patch deployment web -p \'{"spec":{"minReadySeconds":1}}\'',
	'patch deployment web --type=merge -p \'{"spec":{"minReadySeconds":0}}\'',
	'patch deployment web --type=json -p \'[{"op":"replace","path":"/spec/replicas","value":3}]\'',
	'patch deployment web --type=json -p \'[{"op":"test","path":"/spec/replicas","value":9}]\'',
	'patch deployment web --type=json -p \'[{"op":"remove","path":"/spec/nothing"}]\'',
	'patch deployment web -p \'{"spec":{"replicas":"three"}}\'',
	'patch deployment web -p \'{"spec":{"replica":3}}\'',
	'patch deployment web -p \'{"spec":{"selector":{"matchLabels":{"app":"other"}}}}\'',
	'patch deployment web -p \'{"metadata":{"resourceVersion":"1"},"spec":{"replicas":3}}\'',
	'patch deployment web -p \'{"spec":\'',
	'patch deployment web --subresource=scale --type=merge -p \'{"spec":{"replicas":4}}\'',
	'patch svc web -p \'{"spec":{"ports":[{"port":80,"targetPort":8080},{"port":80}]}}\'',
	'patch cm settings --type=merge -p \'{"data":{"size":null}}\'',
	{line: 'replace -f -', input: JSON.stringify({...settings, data: {colour: 'green'}})},
	{line: 'replace -f -', input: JSON.stringify({...settings, metadata: {name: 'nobody'}})},
	{
		line: 'replace -f -',
		input: JSON.stringify({...settings, metadata: {name: 'settings', resourceVersion: '1'}}),
	},
	{line: 'diff -f -', input: JSON.stringify({...settings, data: {colour: 'pink'}})},
	{line: 'apply --dry-run=server -f -', input: JSON.stringify({...settings, data: {colour: 'pink'}})},
	{line: 'apply --server-side -f -', input: JSON.stringify({...settings, data: {colour: 'white'}})},
	{line: 'apply --server-side --force-conflicts -f -', input: JSON.stringify({...settings, data: {colour: 'white'}})},
	'get cm settings -o yaml --show-managed-fields',
	'create deployment web --image=web:1.0',
	'create deployment Web_1 --image=web:1.0',
	"create deployment empty --image=''",
	'create deployment later --image=later:1.0 --dry-run=server -o yaml',
	'create namespace Bad_Name',
	'create configmap odd --from-literal=a/b=c',
	{line: 'create -f -', input: JSON.stringify({...web, metadata: {name: 'strict'}, spec: {...web.spec, paws: true}})},
	{line: 'create -f -', input: JSON.stringify({...web, metadata: {name: 'bare'}, spec: {replicas: 1}})},
	{line: 'create -f -', input: JSON.stringify({...web, apiVersion: 'apps/v9', metadata: {name: 'future'}})},
	{line: 'create -f -', input: '{"kind":'},
	'get deployment nobody',
	'get nobodies',
	'get po --field-selector spec.colour=red',
	"get po -l 'app in web'",
	'get po -n nowhere',
	'logs lonely -c nobody',
	'logs lonely --previous --tail=0',
	'delete deployment nobody',
	'auth can-i create deployments',
	'auth can-i delete pods --as=stranger',
	'get po --as=stranger',
	'get po --as=stranger --as-group=devs',
	'get svc nobody --as=stranger --as-group=system:masters',
	'get po --as-group=devs',
	'get po lonely --as=admin --context=viewer',
	'get nodes --as=system:serviceaccount:default:robot --context=viewer',
	'auth whoami --as=stranger --as-group=devs --as-group=more --as-uid=77 --as-user-extra=reason=why',
	'auth whoami --as=system:serviceaccount:default:robot',
	'auth can-i delete pods --as=stranger --as-group=system:masters',
	'api-resources --no-headers',
	'api-versions',
	'version',
	'explain deployment.spec.strategy',
	'explain pod.spec.nothing',
	'cluster-info',
];

const ends: readonly (string | Command)[] = [
	{line: 'create -f -', input: JSON.stringify(pod('crash', 'crash'))},
	{line: 'create -f -', input: JSON.stringify(pod('missing', 'missing'))},
	'wait pod/crash --for=jsonpath={.status.containerStatuses[0].lastState.terminated.exitCode}=1 --timeout=60s',
	'wait pod/missing --for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff --timeout=60s',
	'get po missing',
	'describe po missing',
	'logs missing --tail=1',
	'logs crash --previous --tail=1 --timestamps',
	'cordon NODE',
	'cordon NODE',
	'get node NODE',
	'drain NODE --pod-selector=run=lonely',
	'drain NODE --pod-selector=run=lonely --force --dry-run=server',
	'drain NODE --pod-selector=run=lonely --force --timeout=60s',
	'uncordon NODE',
	'get po lonely',
	'delete pod crash missing --grace-period=0 --force',
	'delete rs -l app=web --cascade=orphan --dry-run=server',
	'delete deployment web --cascade=orphan',
	'get rs -l app=web --sort-by=.spec.replicas -o custom-columns=SIZE:.spec.replicas,OWNER:.metadata.ownerReferences[0].name',
	{line: 'create -f -', input: JSON.stringify({...web, spec: {...web.spec, replicas: 2}})},
	'rollout status deployment/web --timeout=60s',
	'get rs -l app=web --sort-by=.spec.replicas -o custom-columns=SIZE:.spec.replicas,OWNER:.metadata.ownerReferences[0].name',
	'delete deployment web --cascade=foreground',
	'delete svc,ing,hpa,pdb,quota --all',
	'get deploy,svc,ing,hpa,pdb,quota',
];

/** The whole script, in its order. `NODE` stands for the name of a node. */
export const script: readonly Command[] = [...build, ...reads, ...changes, ...ends].map((command) =>
	typeof command === 'string' ? {line: command} : command,
);

/** The words of a line, as a shell takes it apart. */
export function wordsOf(line: string): string[] {
	return Array.from(line.matchAll(/(?:'[^']*'|[^\s'])+/g), ([word]) => word.replaceAll("'", ''));
}
