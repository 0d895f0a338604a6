// A training: its lines, drawn again with every epoch that comes in.

import { drawLines, keepDrawn } from "./charts.js";

keepDrawn(drawLines);
