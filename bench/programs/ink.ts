// The least that Ink can be made to do: what rolldeck's start is compared with.
import {render, Text} from 'ink';
import {createElement} from 'react';

render(createElement(Text, undefined, 'hello'), {alternateScreen: true, interactive: true});
setTimeout(() => process.exit(), 50);
