// Loaded into a real process beside the program: SIGUSR2 makes it fail as a fault of its own would.
process.on('SIGUSR2', () => {
	throw new Error('made to fail');
});
