// What a chapter asks of its reader, and what it remembers.
import { askExercises } from "./exercises.js";
import { askPrediction } from "./predictions.js";
import { rememberVisit } from "./visit.js";

askPrediction();
askExercises();
rememberVisit();
