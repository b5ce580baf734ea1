using DeepNotes.Nn;
using TorchSharp;
using TorchParameter = TorchSharp.Modules.Parameter;

namespace DeepNotes.Peers.Rows;

/// <summary>Whole steps of training, and optimizers alone.</summary>
static class TrainingRows
{
    public static IEnumerable<(string Name, Func<TrainingPlan> Make)> Plans =>
    [
        ("mlp_step", () => Mlp(p => new SGD(p, learningRate: 1e-2), p => torch.optim.SGD(p, learningRate: 1e-2))),
        ("mlp_step_adam", () => Mlp(p => new Adam(p, learningRate: 1e-4), p => torch.optim.Adam(p, lr: 1e-4), tolerance: 1e-3)),
        ("lenet_step", LeNet),
        ("policy_step_adam", Policy),
    ];

    public static IEnumerable<(string Name, Func<Row> Make)> All =>
    [
        .. Plans.Select(p => (p.Name, new Func<Row>(() => new TrainingStep(p.Make())))),
        ("adamw_1e7", () => new OptimizerStep(
            [[2500, 1000], [2500, 1000], [2500, 1000], [2500, 1000]],
            p => new AdamW(p, learningRate: 1e-3, weightDecay: 1e-2), p => torch.optim.AdamW(p, lr: 1e-3, weight_decay: 1e-2),
            // Reads the parameter, its gradient and two moments, writes all but the gradient.
            Work.Bytes((4 + 3) * 4 * 1e7, footprint: 4 * 4 * 1e7))),
    ];

    static TrainingPlan Mlp(
        Func<IEnumerable<Parameter>, Optimizer> ours, Func<IEnumerable<TorchParameter>, torch.optim.Optimizer> theirs, double tolerance = 1e-5)
    {
        var (our, their) = Networks.Mlp;
        double first = Work.Product(64, 784, 256), second = Work.Product(64, 256, 10);
        return new(() => TrainingPlan.Of(our()), their, ours, theirs, [64, 784], 10, Work.Flops(2 * first + 3 * second)) { Tolerance = tolerance };   // the inputs want no gradient
    }

    static TrainingPlan LeNet()
    {
        var (our, their) = Networks.LeNet;
        double first = Work.Product(64 * 28 * 28, 25, 6), others = Work.Product(64 * 10 * 10, 6 * 25, 16)
            + Work.Product(64, 400, 120) + Work.Product(64, 120, 84) + Work.Product(64, 84, 10);
        return new(
            () => TrainingPlan.Of(our()), their, p => new SGD(p, learningRate: 1e-2), p => torch.optim.SGD(p, learningRate: 1e-2), [64, 1, 28, 28], 10, Work.Flops(2 * first + 3 * others)) { Tolerance = 1e-4 };
    }

    static TrainingPlan Policy()
    {
        var (our, their) = Networks.Policy;
        return new(() => TrainingPlan.Of(our()), their, p => new Adam(p, learningRate: 1e-4), p => torch.optim.Adam(p, lr: 1e-4), [64, 4], 2, Work.Calls) { Tolerance = 1e-3 };
    }
}
