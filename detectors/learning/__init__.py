"""Learning small artifact detectors from labeled recordings, and running them. Arrays in, arrays and values out.

No Django in here. `events` and `settings` import the standard library alone, so that the web process may use them;
every other module loads numpy and belongs to the worker.

`events`    what is labeled and what is found
`settings`  what can be set for training and for detection, with its bounds
`features`  63 measures of every 20 ms
`context`   a frame with what lies around it
`network`   the learner
`training`  from labeled recordings to a model, with its figures
`model`     the model and its file
`decoding`  from probabilities per frame to detections
`matching`  how detections compare with labels
"""
