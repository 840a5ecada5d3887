"""The methods that make maps, by the names their authors gave them."""

from collections.abc import Callable
from functools import partial

import pytorch_grad_cam as cams

from fmvr.explain.cam import class_activation_maps
from fmvr.explain.maps import Map, Reading
from fmvr.explain.tam import token_activation_maps

Method = Callable[[list[Reading], int], list[tuple[Map, ...]]]  # readings, layer of the tower → maps, frame by frame
# Those of pytorch-grad-cam that make sense of one layer's activations and gradients, and one that looks at no layer.
METHODS: dict[str, Method] = {
    name: partial(class_activation_maps, kind)
    for name, kind in {
        "Grad-CAM": cams.GradCAM,
        "Grad-CAM++": cams.GradCAMPlusPlus,
        "XGrad-CAM": cams.XGradCAM,
        "HiResCAM": cams.HiResCAM,
        "LayerCAM": cams.LayerCAM,
        "Grad-CAM elementwise": cams.GradCAMElementWise,
        "Eigen-CAM": cams.EigenCAM,
        "EigenGradCAM": cams.EigenGradCAM,
    }.items()
} | {"TAM": token_activation_maps}
METHOD = "Grad-CAM elementwise"  # the most faithful one: `python -m fmvr.evaluation faithfulness`
