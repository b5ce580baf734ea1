using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

internal static class NormRows
{
    public static LayerRow[] All { get; } =
    [
        new("LayerNorm", () => new LayerNorm([5]), "nn.LayerNorm(5)", new Input(2, 3, 5)),
        new("LayerNorm.shape", () => new LayerNorm([3, 4], 1e-2), "nn.LayerNorm((3, 4), eps=1e-2)", new Input(2, 3, 4)),
        new("LayerNorm.plain", () => new LayerNorm([5], affine: false), "nn.LayerNorm(5, elementwise_affine=False)", new Input(2, 5)),
        new("BatchNorm1d", () => new BatchNorm1d(3), "nn.BatchNorm1d(3)", new Input(5, 3)),
        new("BatchNorm1d.sequences", () => new BatchNorm1d(3, epsilon: 1e-2, momentum: 0.3), "nn.BatchNorm1d(3, eps=1e-2, momentum=0.3)", new Input(2, 3, 4)),
        new("BatchNorm1d.cumulative", () => new BatchNorm1d(3, momentum: null), "nn.BatchNorm1d(3, momentum=None)", new Input(5, 3)),
        new("BatchNorm1d.cumulative_later", () => new BatchNorm1d(3, momentum: null), "nn.BatchNorm1d(3, momentum=None)", new Input(5, 3), new Input(4, 3))
        {
            Call = "(m(a), m(b))", Run = (m, x) => [((BatchNorm1d)m).Forward(x[0]), ((BatchNorm1d)m).Forward(x[1])],
        },
        new("BatchNorm2d", () => new BatchNorm2d(2), "nn.BatchNorm2d(2)", new Input(2, 2, 3, 2)),
        new("BatchNorm2d.plain", () => new BatchNorm2d(2, affine: false), "nn.BatchNorm2d(2, affine=False)", new Input(2, 2, 3, 2)),
        new("BatchNorm2d.untracked", () => new BatchNorm2d(2, trackRunningStats: false), "nn.BatchNorm2d(2, track_running_stats=False)", new Input(2, 2, 3, 2)),
        new("BatchNorm3d", () => new BatchNorm3d(2), "nn.BatchNorm3d(2)", new Input(2, 2, 2, 1, 3)),
        new("GroupNorm", () => new GroupNorm(2, 4), "nn.GroupNorm(2, 4)", new Input(2, 4, 3)),
        new("GroupNorm.plain", () => new GroupNorm(3, 6, 1e-2, affine: false), "nn.GroupNorm(3, 6, eps=1e-2, affine=False)", new Input(2, 6, 2, 2)),
        new("InstanceNorm1d", () => new InstanceNorm1d(3), "nn.InstanceNorm1d(3)", new Input(2, 3, 4)),
        new("InstanceNorm1d.unbatched", () => new InstanceNorm1d(3, affine: true), "nn.InstanceNorm1d(3, affine=True)", new Input(3, 4)),
        new("InstanceNorm2d", () => new InstanceNorm2d(2, affine: true, trackRunningStats: true), "nn.InstanceNorm2d(2, affine=True, track_running_stats=True)", new Input(3, 2, 2, 3)),
        new("InstanceNorm3d", () => new InstanceNorm3d(2, 1e-3, 0.4, trackRunningStats: true), "nn.InstanceNorm3d(2, 1e-3, 0.4, track_running_stats=True)", new Input(2, 2, 2, 2, 2)),
        new("LocalResponseNorm", () => new LocalResponseNorm(3), "nn.LocalResponseNorm(3)", new Input(2, 5, 3)),
        new("LocalResponseNorm.numbers", () => new LocalResponseNorm(4, 0.3, 0.5, 2), "nn.LocalResponseNorm(4, 0.3, 0.5, 2.)", new Input(1, 5, 2, 2)),
        new("WeightNorm", () => new WeightNorm(new Linear(4, 3)), "nn.utils.weight_norm(nn.Linear(4, 3))", new Input(2, 4)),
        new("WeightNorm.whole", () => new WeightNorm(new Linear(4, 3, bias: false), dim: null), "nn.utils.weight_norm(nn.Linear(4, 3, bias=False), dim=None)", new Input(2, 4)),
        new("WeightNorm.Conv2d", () => new WeightNorm(new Conv2d(2, 3, 2, padding: 1)), "nn.utils.weight_norm(nn.Conv2d(2, 3, 2, padding=1))", new Input(1, 2, 3, 3)),
        new("WeightNorm.ConvTranspose1d", () => new WeightNorm(new ConvTranspose1d(2, 3, 2), dim: 1), "nn.utils.weight_norm(nn.ConvTranspose1d(2, 3, 2), dim=1)", new Input(1, 2, 3)),
        new("SpectralNorm", () => new SpectralNorm(new Linear(4, 3)), "nn.utils.spectral_norm(nn.Linear(4, 3))", new Input(2, 4)) { IsSmoothInTraining = false },
        new("SpectralNorm.Conv2d", () => new SpectralNorm(new Conv2d(2, 3, 2, bias: false), powerIterations: 2), "nn.utils.spectral_norm(nn.Conv2d(2, 3, 2, bias=False), n_power_iterations=2)", new Input(1, 2, 3, 3)) { IsSmoothInTraining = false },
        new("SpectralNorm.ConvTranspose2d", () => new SpectralNorm(new ConvTranspose2d(2, 3, 2)), "nn.utils.spectral_norm(nn.ConvTranspose2d(2, 3, 2))", new Input(1, 2, 2, 2)) { IsSmoothInTraining = false },
    ];
}
