"""A plug-in for lmms-eval: the model `fmvr_llava`, and small tasks of our own pictures, `fmvr_world`, and clips,
`fmvr_clips`.

With `PYTHONPATH=. LMMS_EVAL_PLUGINS=fmvr.evaluation.lmms` in the environment lmms-eval finds the model by itself, the
tasks by `--include_path fmvr/evaluation/lmms/tasks`. Folders and names are the ones that lmms-eval 0.7 looks for.
"""
