using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

internal static class ActivationRows
{
    public static LayerRow[] All { get; } =
    [
        new("CELU", () => new CELU(), "nn.CELU()", Kinked(0)),
        new("CELU.alpha", () => new CELU(0.5), "nn.CELU(0.5)", Kinked(0)),
        new("ELU", () => new ELU(), "nn.ELU()", Kinked(0)),
        new("ELU.alpha", () => new ELU(1.5), "nn.ELU(1.5)", Kinked(0)),
        new("GELU", () => new GELU(), "nn.GELU()", new Input(3, 4)),
        new("GELU.tanh", () => new GELU(tanh: true), "nn.GELU(approximate='tanh')", new Input(3, 4)),
        new("GLU", () => new GLU(), "nn.GLU()", new Input(3, 4)),
        new("GLU.dim", () => new GLU(1), "nn.GLU(1)", new Input(2, 4, 3)),
        new("Hardshrink", () => new Hardshrink(), "nn.Hardshrink()", Kinked(-0.5, 0.5)),
        new("Hardshrink.lambda", () => new Hardshrink(1), "nn.Hardshrink(1.)", Kinked(-1, 1)),
        // PyTorch multiplies its gradient by a sixth in single precision.
        new("Hardsigmoid", () => new Hardsigmoid(), "nn.Hardsigmoid()", Wide(-3, 3)) { Tolerance = 1e-7 },
        new("Hardswish", () => new Hardswish(), "nn.Hardswish()", Wide(-3, 3)),
        new("Hardtanh", () => new Hardtanh(), "nn.Hardtanh()", Kinked(-1, 1)),
        new("Hardtanh.bounds", () => new Hardtanh(-0.5, 1.5), "nn.Hardtanh(-0.5, 1.5)", Kinked(-0.5, 1.5)),
        new("LeakyReLU", () => new LeakyReLU(), "nn.LeakyReLU()", Kinked(0)),
        new("LeakyReLU.slope", () => new LeakyReLU(0.3), "nn.LeakyReLU(0.3)", Kinked(0)),
        new("LogSigmoid", () => new LogSigmoid(), "nn.LogSigmoid()", new Input(3, 4)),
        new("LogSoftmax", () => new LogSoftmax(), "nn.LogSoftmax(-1)", new Input(3, 4)),
        new("LogSoftmax.dim", () => new LogSoftmax(1), "nn.LogSoftmax(1)", new Input(2, 3, 4)),
        new("Mish", () => new Mish(), "nn.Mish()", new Input(3, 4)),
        new("PReLU", () => new PReLU(), "nn.PReLU()", Kinked(0)),
        new("PReLU.channels", () => new PReLU(3, 0.1), "nn.PReLU(3, 0.1)", new Input(2, 3, 4) { Kinks = [0] }),
        new("ReLU", () => new ReLU(), "nn.ReLU()", Kinked(0)),
        new("ReLU6", () => new ReLU6(), "nn.ReLU6()", new Input(3, 6) { Low = -4, High = 9, Kinks = [0, 6] }),
        new("RReLU", () => new RReLU(), "nn.RReLU()", Kinked(0)) { IsRandom = true },
        new("RReLU.bounds", () => new RReLU(0.2, 0.2), "nn.RReLU(0.2, 0.2)", Kinked(0)),
        new("SELU", () => new SELU(), "nn.SELU()", Kinked(0)),
        new("SiLU", () => new SiLU(), "nn.SiLU()", new Input(3, 4)),
        new("Sigmoid", () => new Sigmoid(), "nn.Sigmoid()", new Input(3, 4)),
        new("Softmax", () => new Softmax(), "nn.Softmax(-1)", new Input(3, 4)),
        new("Softmax.dim", () => new Softmax(1), "nn.Softmax(1)", new Input(2, 3, 4)),
        new("Softmax2d", () => new Softmax2d(), "nn.Softmax2d()", new Input(2, 3, 2, 2)),
        new("Softmin", () => new Softmin(), "nn.Softmin(-1)", new Input(3, 4)),
        new("Softplus", () => new Softplus(), "nn.Softplus()", new Input(3, 4)),
        new("Softplus.beta", () => new Softplus(2, 1), "nn.Softplus(2, 1)", new Input(3, 4) { Kinks = [0.5] }),
        new("Softshrink", () => new Softshrink(), "nn.Softshrink()", Kinked(-0.5, 0.5)),
        new("Softshrink.lambda", () => new Softshrink(1), "nn.Softshrink(1.)", Kinked(-1, 1)),
        new("Softsign", () => new Softsign(), "nn.Softsign()", Kinked(0)),
        new("Tanh", () => new Tanh(), "nn.Tanh()", new Input(3, 4)),
        new("Tanhshrink", () => new Tanhshrink(), "nn.Tanhshrink()", new Input(3, 4)),
        new("Threshold", () => new Threshold(0.3, -0.2), "nn.Threshold(0.3, -0.2)", Kinked(0.3)),
    ];

    private static Input Kinked(params double[] kinks) => new(3, 6) { Kinks = kinks };

    private static Input Wide(params double[] kinks) => new(3, 6) { Low = -5, High = 5, Kinks = kinks };
}
