"""The audio engine: bytes in, samples, peaks, playback copies and clips out.

No Django in here. This package itself imports nothing, and `probing` and `timeline` import only the standard library,
so that the web process may use those two; every other module loads numpy and the decoders and belongs to the worker.

`timeline`   milliseconds and samples
`probing`    what a file is surely not, from its first bytes
`headers`    what a file's own header claims
`decoding`   packets to blocks of samples
`reading`    one sound: its facts and its samples, whatever the format
`peaks`      the waveform at three levels of detail
`playback`   the copy a browser plays to the sample
`importing`  all of the above in one pass
`clips`      pieces cut out, exact to the sample
"""
