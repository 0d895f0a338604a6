"""Learning small artifact detectors from labeled recordings, and running them. Arrays in, arrays and values out.

No Django in here. `events` and `settings` import the standard library alone, so that the web process may use them;
every other module loads numpy and belongs to the worker.

`events`    what is labeled and what is found
`settings`  what can be set for training and for detection, with its bounds
`sampling`  a file as windows of samples
`measures`  what is measured of every 20 ms, `echoes` the repeated voice among it
`surroundings`  the same against what lies around it
`features`  all of it for a recording, and its file
`context`   the rows a network reads
`network`   the learner
`recordings`, `splitting`  what is learned from, and what is kept to judge by
`training`  from labeled recordings to a model, `figures` how good it is
`model`     the model and its file
`decoding`  from probabilities per frame to detections
`matching`  how detections compare with labels
"""
