namespace DeepNotes.Nn;

/// <summary>
/// New parameters with random or constant numbers, for the initial values of a module's members. Matches torch.nn.init;
/// random numbers come from the thread's generator, which <see cref="Rng.Seed"/> seeds.
/// </summary>
/// <remarks>
/// The fan-in of a shape <c>[out, in, …]</c> is in times the product of what follows (a kernel's height and width), its
/// fan-out is out times that product.
/// </remarks>
public static partial class Init
{
    /// <summary>
    /// Uniform in ±gain·√(3/fan): keeps the variance of activations (He et al. 2015, "Delving Deep into Rectifiers").
    /// Matches torch.nn.init.kaiming_uniform_.
    /// </summary>
    /// <param name="shape">At least two dimensions, <c>[out, in, …]</c>.</param>
    /// <param name="negativeSlope">The slope of a leaky ReLU below zero; √5 gives ±1/√fan-in, what PyTorch's layers start with.</param>
    /// <param name="fan">Whether to keep the variance forward or backward.</param>
    /// <param name="nonlinearity">What follows the layer.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <exception cref="ShapeException">The shape has fewer than two dimensions.</exception>
    public static Parameter KaimingUniform(Shape shape, double negativeSlope = 0, Fan fan = Fan.In, Nonlinearity nonlinearity = Nonlinearity.LeakyReLU, DType dtype = DType.Float32)
    {
        double bound = Gain(nonlinearity, negativeSlope) * Math.Sqrt(3.0 / FanOf(shape, fan));
        return Uniform(shape, -bound, bound, dtype);
    }

    /// <summary>Normal with standard deviation gain/√fan. Matches torch.nn.init.kaiming_normal_.</summary>
    /// <param name="shape">At least two dimensions, <c>[out, in, …]</c>.</param>
    /// <param name="negativeSlope">The slope of a leaky ReLU below zero.</param>
    /// <param name="fan">Whether to keep the variance forward or backward.</param>
    /// <param name="nonlinearity">What follows the layer.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <exception cref="ShapeException">The shape has fewer than two dimensions.</exception>
    public static Parameter KaimingNormal(Shape shape, double negativeSlope = 0, Fan fan = Fan.In, Nonlinearity nonlinearity = Nonlinearity.LeakyReLU, DType dtype = DType.Float32) =>
        Normal(shape, 0, Gain(nonlinearity, negativeSlope) / Math.Sqrt(FanOf(shape, fan)), dtype);

    /// <summary>
    /// Uniform in ±gain·√(6/(fan-in + fan-out)) (Glorot and Bengio 2010, "Understanding the difficulty of training deep
    /// feedforward neural networks"). Matches torch.nn.init.xavier_uniform_.
    /// </summary>
    /// <param name="shape">At least two dimensions, <c>[out, in, …]</c>.</param>
    /// <param name="gain">A factor, such as <see cref="Gain"/> gives.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <exception cref="ShapeException">The shape has fewer than two dimensions.</exception>
    public static Parameter XavierUniform(Shape shape, double gain = 1, DType dtype = DType.Float32)
    {
        double bound = gain * Math.Sqrt(6.0 / (FanOf(shape, Fan.In) + FanOf(shape, Fan.Out)));
        return Uniform(shape, -bound, bound, dtype);
    }

    /// <summary>Normal with standard deviation gain·√(2/(fan-in + fan-out)). Matches torch.nn.init.xavier_normal_.</summary>
    /// <param name="shape">At least two dimensions, <c>[out, in, …]</c>.</param>
    /// <param name="gain">A factor, such as <see cref="Gain"/> gives.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <exception cref="ShapeException">The shape has fewer than two dimensions.</exception>
    public static Parameter XavierNormal(Shape shape, double gain = 1, DType dtype = DType.Float32) =>
        Normal(shape, 0, gain * Math.Sqrt(2.0 / (FanOf(shape, Fan.In) + FanOf(shape, Fan.Out))), dtype);

    /// <summary>Uniform from <paramref name="low"/> up to, not including, <paramref name="high"/>. Matches torch.nn.init.uniform_.</summary>
    /// <param name="shape">Any shape.</param>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public static Parameter Uniform(Shape shape, double low, double high, DType dtype = DType.Float32) =>
        new(Tensor.Uniform(shape, low, high, dtype));

    /// <summary>Uniform in ±1/√fan-in, what the biases of PyTorch's layers start with.</summary>
    /// <param name="shape">Any shape.</param>
    /// <param name="fanIn">How many numbers each of the layer's outputs is summed from.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public static Parameter Uniform(Shape shape, int fanIn, DType dtype = DType.Float32)
    {
        double bound = fanIn > 0 ? 1 / Math.Sqrt(fanIn) : 0;
        return Uniform(shape, -bound, bound, dtype);
    }

    /// <summary>Normally distributed. Matches torch.nn.init.normal_.</summary>
    /// <param name="shape">Any shape.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="std">The standard deviation.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public static Parameter Normal(Shape shape, double mean = 0, double std = 1, DType dtype = DType.Float32) =>
        new(Tensor.Normal(shape, mean, std, dtype));

    /// <summary>All zeros. Matches torch.nn.init.zeros_.</summary>
    /// <param name="shape">Any shape.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public static Parameter Zeros(Shape shape, DType dtype = DType.Float32) => new(Tensor.Zeros(shape, dtype));

    /// <summary>All ones. Matches torch.nn.init.ones_.</summary>
    /// <param name="shape">Any shape.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public static Parameter Ones(Shape shape, DType dtype = DType.Float32) => new(Tensor.Ones(shape, dtype));

    /// <summary>One number everywhere. Matches torch.nn.init.constant_.</summary>
    /// <param name="shape">Any shape.</param>
    /// <param name="value">The number.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public static Parameter Constant(Shape shape, double value, DType dtype = DType.Float32) => new(Tensor.Full(shape, value, dtype));

    /// <summary>The factor that a nonlinearity asks of the weights before it. Matches torch.nn.init.calculate_gain.</summary>
    /// <param name="nonlinearity">What follows the layer.</param>
    /// <param name="negativeSlope">The slope of a leaky ReLU below zero.</param>
    public static double Gain(Nonlinearity nonlinearity, double negativeSlope = 0.01) => nonlinearity switch
    {
        Nonlinearity.Tanh => 5.0 / 3,
        Nonlinearity.ReLU => Math.Sqrt(2),
        Nonlinearity.LeakyReLU => Math.Sqrt(2 / (1 + negativeSlope * negativeSlope)),
        Nonlinearity.SELU => 0.75,
        _ => 1,
    };

    private static double FanOf(Shape shape, Fan fan)
    {
        if (shape.Rank < 2) throw new ShapeException($"Init: fan-in and fan-out need a shape [out, in, …] with two dimensions or more, not {shape}.");
        double receptiveField = 1;
        foreach (int length in shape.AsSpan()[2..]) receptiveField *= length;
        return shape[fan == Fan.In ? 1 : 0] * receptiveField;
    }
}

/// <summary>Which variance an initialisation keeps.</summary>
public enum Fan
{
    /// <summary>That of the activations, forward.</summary>
    In,

    /// <summary>That of the gradients, backward.</summary>
    Out,
}

/// <summary>What follows a layer, for <see cref="Init.Gain"/>.</summary>
public enum Nonlinearity
{
    /// <summary>Nothing, or a convolution.</summary>
    Linear,

    /// <summary>Sigmoid; gain 1.</summary>
    Sigmoid,

    /// <summary>Hyperbolic tangent; gain 5/3.</summary>
    Tanh,

    /// <summary>Rectified linear unit; gain √2.</summary>
    ReLU,

    /// <summary>Leaky ReLU; gain √(2/(1 + slope²)).</summary>
    LeakyReLU,

    /// <summary>Scaled exponential linear unit; gain 3/4.</summary>
    SELU,
}
