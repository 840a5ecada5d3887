"""A plug-in for lmms-eval: the model `fmvr_llava` and a small task of our own pictures, `fmvr_world`.

With `PYTHONPATH=. LMMS_EVAL_PLUGINS=fmvr.evaluation.lmms` in the environment lmms-eval finds the model by itself, the
task by `--include_path fmvr/evaluation/lmms/tasks`. Folders and names are the ones that lmms-eval 0.7 looks for.
"""
