// Comes before the app's own script: measures it as the task says.
import { app } from './app.js';
import { carryOut } from './kit.js';
import { step } from './ladder.js';
import { million } from './million.js';

await carryOut((task) => (task.million ? million(task) : step(app, task)));
