namespace DeepNotes.Nn;

/// <content>Matrices and kernels with a structure.</content>
public static partial class Init
{
    /// <summary>Normally distributed, but only within two bounds. Matches torch.nn.init.trunc_normal_.</summary>
    /// <param name="shape">Any shape.</param>
    /// <param name="mean">The mean of the whole distribution.</param>
    /// <param name="std">The standard deviation of the whole distribution.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <exception cref="ArgumentOutOfRangeException">The deviation is not above 0, or the bounds leave nothing between them.</exception>
    public static Parameter TruncatedNormal(Shape shape, double mean = 0, double std = 1, double low = -2, double high = 2, DType dtype = DType.Float32)
    {
        if (!(std > 0)) throw new ArgumentOutOfRangeException(nameof(std), std, $"Init: the standard deviation must be above 0; it is {std}.");
        double from = Cdf((low - mean) / std), to = Cdf((high - mean) / std);
        if (!(from < to)) throw new ArgumentOutOfRangeException(nameof(low), low, $"Init: a normal distribution with mean {mean} and deviation {std} has nothing between {low} and {high}.");
        Tensor numbers = Tensor.Uniform(shape, 2 * from - 1, 2 * to - 1, DType.Float64).Erfinv() * (std * Math.Sqrt(2)) + mean;
        return new(numbers.Clamp(low, high).To(dtype));

        static double Cdf(double x) => Tensor.Scalar(x, DType.Float64).NormalCdf().Item();
    }

    /// <summary>
    /// Orthonormal rows or, where there are more rows than columns, columns, times a gain (Saxe et al. 2013, "Exact solutions to the nonlinear dynamics
    /// of learning in deep linear neural networks"). Matches torch.nn.init.orthogonal_.
    /// </summary>
    /// <param name="shape">At least two dimensions; the matrix has the first as rows, and all others together as columns.</param>
    /// <param name="gain">A factor, such as <see cref="Gain"/> gives.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <exception cref="ShapeException">The shape has fewer than two dimensions.</exception>
    public static Parameter Orthogonal(Shape shape, double gain = 1, DType dtype = DType.Float32)
    {
        if (shape.Rank < 2) throw new ShapeException($"Init: an orthogonal matrix has two dimensions or more, not {shape}.");
        Tensor matrix = Tensor.Randn(shape, DType.Float64).Flatten(1);
        bool isWide = matrix.Shape[0] < matrix.Shape[1];
        var (q, r) = (isWide ? matrix.Mt : matrix).Qr();
        // The signs of a decomposition are a convention; those of R's diagonal make all orthogonal matrices equally likely.
        q *= r.Diagonal().Sign();
        return new(((isWide ? q.Mt : q) * gain).Reshape(shape.ToArray()).To(dtype));
    }

    /// <summary>Ones on the diagonal, zeros elsewhere. Matches torch.nn.init.eye_.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    public static Parameter Eye(int rows, int columns, DType dtype = DType.Float32) => new(Tensor.Eye(rows, columns, dtype));

    /// <summary>A convolution's kernels that pass as many channels through as there are on both sides. Matches torch.nn.init.dirac_.</summary>
    /// <param name="shape"><c>[out, in, …]</c> with one to three lengths of the kernel.</param>
    /// <param name="groups">The convolution's groups, each of which passes its own channels through.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <exception cref="ShapeException">The shape is not of kernels, or the groups do not divide its first length.</exception>
    public static Parameter Dirac(Shape shape, int groups = 1, DType dtype = DType.Float32)
    {
        if (shape.Rank is < 3 or > 5) throw new ShapeException($"Init: kernels of convolutions have three to five dimensions, not {shape}.");
        if (groups < 1 || shape[0] % groups != 0) throw new ShapeException($"Init: {groups} groups do not divide the {shape[0]} channels of {shape}.");
        int perGroup = shape[0] / groups;
        Tensor kernels = Tensor.Zeros(shape, dtype);
        for (int channel = 0; channel < shape[0]; channel++)
        {
            if (channel % perGroup >= shape[1]) continue;
            Tensor kernel = kernels.Select(0, channel).Select(0, channel % perGroup);
            while (kernel.Rank > 0) kernel = kernel.Select(0, kernel.Shape[0] / 2);
            kernel.FillInPlace(1);
        }
        return new(kernels);
    }

    /// <summary>
    /// Normally distributed, but for a share of zeros in every column (Martens 2010, "Deep learning via Hessian-free optimization"). Matches
    /// torch.nn.init.sparse_.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="sparsity">The share of zeros in each column, from 0 to 1; their number is rounded up.</param>
    /// <param name="std">The standard deviation of the others.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share is not between 0 and 1.</exception>
    public static Parameter Sparse(int rows, int columns, double sparsity, double std = 0.01, DType dtype = DType.Float32)
    {
        LayerArguments.Probability(nameof(Init), nameof(sparsity), sparsity);
        Tensor numbers = Tensor.Normal([rows, columns], 0, std, dtype);
        int zeros = (int)Math.Ceiling(sparsity * rows);
        for (int column = 0; column < columns; column++) numbers.Select(1, column).IndexFillInPlace(0, Tensor.RandPerm(rows).Narrow(0, 0, zeros), 0);
        return new(numbers);
    }
}
