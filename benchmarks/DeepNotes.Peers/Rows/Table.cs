using DeepNotes.Nn;
using TorchSharp;
using TorchNn = TorchSharp.torch.nn;

namespace DeepNotes.Peers.Rows;

/// <summary>All rows by name. A row is made when its turn comes and dropped after it.</summary>
static class Table
{
    const int Batch = 64;

    public static readonly IReadOnlyList<(string Name, Func<Row> Make)> Rows =
    [
        ("add_32", () => new Expression([[32], [32]], x => x[0] + x[1], x => x[0] + x[1], Work.Calls)),
        ("exp_1e5", () => new Expression([[100_000]], x => x[0].Exp(), x => x[0].exp(), Work.Bytes(2 * 4 * 1e5))),

        ("gemm_64", () => Product(64)),
        ("gemm_256", () => Product(256)),
        ("gemm_1024", () => Product(1024)),

        ("conv3x3_64_56", () => Convolution(batch: 8, channels: 64, size: 56, backward: false)),
        ("conv3x3_64_56_backward", () => Convolution(batch: 8, channels: 64, size: 56, backward: true)),

        ("mlp_step", () => Mlp(p => new SGD(p, learningRate: 1e-2), p => torch.optim.SGD(p, learningRate: 1e-2))),
        ("mlp_step_adam", () => Mlp(p => new Adam(p, learningRate: 1e-4), p => torch.optim.Adam(p, lr: 1e-4), tolerance: 1e-3)),
        ("lenet_step", () => LeNet(p => new SGD(p, learningRate: 1e-2), p => torch.optim.SGD(p, learningRate: 1e-2))),

        ("adamw_1e7", () => new OptimizerStep(
            [[2500, 1000], [2500, 1000], [2500, 1000], [2500, 1000]],
            p => new AdamW(p, learningRate: 1e-3, weightDecay: 1e-2), p => torch.optim.AdamW(p, lr: 1e-3, weight_decay: 1e-2),
            // Reads the parameter, its gradient and two moments, writes all but the gradient.
            Work.Bytes((4 + 3) * 4 * 1e7, footprint: 4 * 4 * 1e7))),
    ];

    static Expression Product(int n) => new(
        [[n, n], [n, n]], x => x[0].MatMul(x[1]), x => x[0].matmul(x[1]), Work.Flops(Work.Product(n, n, n)));

    /// <summary>3×3 with padding 1; the backward row makes the gradients of input, weight and bias after the forward pass.</summary>
    static Expression Convolution(int batch, int channels, int size, bool backward) => new(
        [[batch, channels, size, size], [channels, channels, 3, 3], [channels]],
        x => x[0].Conv2d(x[1], x[2], padding: (1, 1)),
        x => TorchNn.functional.conv2d(x[0], x[1], x[2], padding: [1, 1]),
        Work.Flops(Work.Product(batch * size * size, channels * 9, channels) * (backward ? 3 : 1)), backward) { Tolerance = 1e-4 };

    static TrainingStep Mlp(
        Func<IEnumerable<Parameter>, Optimizer> ours, Func<IEnumerable<TorchSharp.Modules.Parameter>, torch.optim.Optimizer> theirs, double tolerance = 1e-5)
    {
        double first = Work.Product(Batch, 784, 256), second = Work.Product(Batch, 256, 10);
        return new(
            new(new Sequential(new Linear(784, 256), new ReLU(), new Linear(256, 10)),
                TorchNn.Sequential(TorchNn.Linear(784, 256), TorchNn.ReLU(), TorchNn.Linear(256, 10)), ours, theirs),
            input: [Batch, 784], classes: 10, Work.Flops(2 * first + 3 * second)) { Tolerance = tolerance };   // the inputs want no gradient
    }

    static TrainingStep LeNet(
        Func<IEnumerable<Parameter>, Optimizer> ours, Func<IEnumerable<TorchSharp.Modules.Parameter>, torch.optim.Optimizer> theirs)
    {
        double first = Work.Product(Batch * 28 * 28, 25, 6), others = Work.Product(Batch * 10 * 10, 6 * 25, 16)
            + Work.Product(Batch, 400, 120) + Work.Product(Batch, 120, 84) + Work.Product(Batch, 84, 10);
        return new(
            new(new Sequential(
                    new Conv2d(1, 6, 5, padding: 2), new ReLU(), new MaxPool2d(2), new Conv2d(6, 16, 5), new ReLU(), new MaxPool2d(2), new Flatten(),
                    new Linear(400, 120), new ReLU(), new Linear(120, 84), new ReLU(), new Linear(84, 10)),
                TorchNn.Sequential(
                    TorchNn.Conv2d(1, 6, 5, padding: 2), TorchNn.ReLU(), TorchNn.MaxPool2d(2), TorchNn.Conv2d(6, 16, 5), TorchNn.ReLU(), TorchNn.MaxPool2d(2), TorchNn.Flatten(),
                    TorchNn.Linear(400, 120), TorchNn.ReLU(), TorchNn.Linear(120, 84), TorchNn.ReLU(), TorchNn.Linear(84, 10)), ours, theirs),
            input: [Batch, 1, 28, 28], classes: 10, Work.Flops(2 * first + 3 * others)) { Tolerance = 1e-4 };
    }
}
