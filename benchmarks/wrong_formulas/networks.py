"""Wrong formulas of networks, data and tangent kernels."""

from benchmarks.wrong_formulas._mutation import Mutation

MUTATIONS = (
    Mutation(
        "scale of biases", ("mlp", "cnn", "resnet", "Network"), "networks/_network.py", '"b_std": sigma_b if',
        '"b_std": sigma_b**2 if', "test_networks.py::test_infinite_width_kernels_against_closed_forms",
    ),
    Mutation(
        "hidden layers of an MLP", ("mlp",), "networks/mlp.py", "for _ in range(hidden_layers) for layer",
        "for _ in range(hidden_layers - 1) for layer",
        "test_networks.py::test_infinite_width_kernels_against_closed_forms",
    ),
    Mutation(
        "pooling of a CNN", ("cnn", "resnet"), "networks/convolutional.py", '"GlobalAvgPool"',
        '"GlobalSumPool"', "test_architectures.py::test_networks_by_hand",
    ),
    Mutation(
        "border of a convolution", ("cnn", "resnet"), "networks/convolutional.py", 'padding="SAME"',
        'padding="CIRCULAR"', "test_architectures.py::test_networks_by_hand",
    ),
    Mutation(
        "skip connection of a ResNet", ("resnet",), "networks/convolutional.py", "nt.stax.Identity()",
        "nt.stax.serial(*branch)",
        "test_architectures.py::test_weights_are_standard_normal_and_count_is_right",
    ),
    Mutation(
        "radius of the sphere", ("sphere", "digits"), "data.py", "keepdims=True) * jnp.sqrt(X.shape[1])",
        "keepdims=True)", "test_data.py::test_points_lie_on_the_sphere_and_targets_are_one_hot",
    ),
    Mutation(
        "classes in turn", ("sphere",), "data.py", "np.arange(points + test_points) % classes",
        "np.arange(points + test_points) * classes // (points + test_points)",
        "test_data.py::test_sphere_cycles_through_the_classes_and_depends_on_its_key_only",
    ),
    Mutation(
        "centring of images", ("digits",), "data.py", "images[:points].mean(axis=0)", "images.mean(axis=0)",
        "test_data.py::test_digits_are_the_images_centred_on_the_training_mean_with_their_own_labels",
    ),
    Mutation(
        "blocks of one kernel", ("empirical_ntk",), "empirical.py", "jnp.swapaxes(grid[b][a], -1, -2)",
        "grid[b][a]", "test_own_network.py::test_full_kernel",
    ),
    Mutation(
        "slopes in a kernel", ("empirical_ntk",), "_pieces.py", '"ikw,jlw->ikjl"', '"ikw,jlw->iljk"',
        "test_own_network.py::test_full_kernel",
    ),
    Mutation(
        "kernel of each class", ("empirical_ntk_by_class",), "_pieces.py",
        '"ikw,jkw->kij", f.slopes, g.slopes', '"ikw,jlw->kij", f.slopes, g.slopes',
        "test_own_network.py::test_by_class",
    ),
    Mutation(
        "order of a Jacobian's columns", ("jacobian",), "empirical.py",
        "jnp.concatenate([leaf.reshape(rows, -1) for leaf in leaves], axis=1)",
        "jnp.concatenate([leaf.reshape(rows, -1) for leaf in leaves[::-1]], axis=1)",
        "test_empirical.py::test_jacobian_rows_run_over_points_then_logits",
    ),
    Mutation(
        "sum over blocks of a product", ("ntk_product",), "empirical.py", "jax.tree.map(jnp.add, a, b)",
        "jax.tree.map(jnp.subtract, a, b)", "test_own_network.py::test_matrix_free_product",
    ),
    Mutation(
        "tile across the diagonal", ("kernel_in_tiles", "Kernels"), "kernels.py", "/ 2 if a == b else part.T",
        "/ 2 if a == b else part", "test_kernels.py::test_tiles_make_the_whole",
    ),
    Mutation(
        "columns of a shared product", ("sharded_product",), "kernels.py", "A.reshape(padded.shape[1], -1)",
        "A.T.reshape(padded.shape[1], -1)", "test_kernels.py::test_sharded_product_on_one_device",
    ),
    Mutation(
        "kernel of hidden layers", ("layer_kernels", "LayerKernels"), "layers.py",
        "lambda rest, X: apply((*rest, omega), X), psi,", "lambda both, X: apply(both, X), (*psi, omega),",
        "test_layers.py::test_both_parts_are_those_of_finite_differences",
    ),
)  # fmt: skip
