const topologyLabels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

type Labels = Readonly<Record<string, string>>;

/** The labels of a node that its pods get when they are bound to it (PodTopologyLabels, on since 1.35). */
export function topologyOf(labels: Labels | undefined): Labels {
	return Object.fromEntries(Object.entries(labels ?? {}).filter(([key]) => topologyLabels.includes(key)));
}
