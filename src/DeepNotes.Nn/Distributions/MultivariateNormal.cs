namespace DeepNotes.Nn.Distributions;

/// <summary>
/// The normal distribution of vectors. Give the covariance, its inverse or its Cholesky factor, the last of which is the
/// cheapest. Matches torch.distributions.MultivariateNormal.
/// </summary>
public sealed class MultivariateNormal : Distribution
{
    /// <summary>A distribution for each mean and matrix; their batches broadcast.</summary>
    /// <param name="loc">The means: [batch…, n].</param>
    /// <param name="covariance">[batch…, n, n], symmetric and positive definite.</param>
    /// <param name="precision">The inverse of the covariance, likewise.</param>
    /// <param name="scaleTril">The lower triangular L with a positive diagonal whose L·Lᵀ is the covariance.</param>
    /// <exception cref="ArgumentException">Not exactly one matrix is given.</exception>
    /// <exception cref="ShapeException">Means and matrices do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A matrix is not symmetric, or not triangular with a positive diagonal, or a mean is not finite.</exception>
    /// <exception cref="LinearAlgebraException">A covariance or precision is not positive definite.</exception>
    public MultivariateNormal(Tensor loc, Tensor? covariance = null, Tensor? precision = null, Tensor? scaleTril = null)
        : this(Parts(loc, covariance, precision, scaleTril))
    {
        Check(Loc, x => x.IsFinite(), nameof(loc), "finite");
        if ((covariance ?? precision) is { } square) Check(square, x => (x - x.Mt).Abs() <= 1e-6 * x.Abs().Max(), covariance is null ? nameof(precision) : nameof(covariance), "symmetric");
        else Check(scaleTril!, x => x.Triu(1).Eq(0) & (x.Diagonal().Unsqueeze(-1) > 0), nameof(scaleTril), "lower triangular, with a diagonal above 0");
    }

    private MultivariateNormal((Tensor Loc, Tensor Factor, Shape Batch) parts) : base(parts.Batch, [parts.Loc.Shape[^1]], parts.Loc)
    {
        Loc = parts.Loc.Expand([.. parts.Batch.AsSpan(), parts.Loc.Shape[^1]]);
        Factor = parts.Factor;
    }

    /// <summary>The means: [batch…, n].</summary>
    public Tensor Loc { get; }

    /// <summary>The Cholesky factors of the covariances: [batch…, n, n].</summary>
    public Tensor ScaleTril => Factor.Expand([.. BatchShape.AsSpan(), EventShape[0], EventShape[0]]);

    /// <summary>The covariances: [batch…, n, n].</summary>
    public Tensor Covariance => ScaleTril.MatMul(ScaleTril.Mt);

    /// <summary>The inverses of the covariances: [batch…, n, n].</summary>
    public Tensor Precision
    {
        get
        {
            Tensor inverse = Factor.SolveTriangular(Tensor.Eye(EventShape[0], DType, Device), upper: false);
            return inverse.Mt.MatMul(inverse).Expand([.. BatchShape.AsSpan(), EventShape[0], EventShape[0]]);
        }
    }

    /// <inheritdoc/>
    public override bool HasRSample => true;

    /// <inheritdoc/>
    public override Tensor Mean => Loc;

    /// <inheritdoc/>
    public override Tensor Variance => ScaleTril.Square().Sum(-1);

    /// <summary>The factors without the batch of the means.</summary>
    internal Tensor Factor { get; }

    /// <summary>log √det of the covariances.</summary>
    internal Tensor HalfLogDeterminant => Factor.Diagonal().Log().Sum(-1);

    /// <inheritdoc/>
    protected override string Support => "finite vectors";

    /// <inheritdoc/>
    public override Tensor Entropy() => (0.5 * EventShape[0] * (1 + Math.Log(2 * Math.PI)) + HalfLogDeterminant).Expand(BatchShape.ToArray());

    /// <summary>The squared length of vectors in units of a covariance: ‖L⁻¹x‖².</summary>
    /// <param name="factor">L: [batch…, n, n].</param>
    /// <param name="x">[…, n].</param>
    internal static Tensor SquaredDistance(Tensor factor, Tensor x)
    {
        if (factor.Rank > 2) return factor.SolveTriangular(x.Unsqueeze(-1), upper: false).Squeeze(-1).Square().Sum(-1);
        // One matrix for all: the vectors are its right sides.
        Tensor columns = factor.SolveTriangular(x.Reshape(-1, x.Shape[^1]).Mt, upper: false);
        return columns.Square().Sum(0).Reshape(Shape.Of(x.Shape.ToArray()[..^1]));
    }

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => value.IsFinite();

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value) =>
        -0.5 * (EventShape[0] * Math.Log(2 * Math.PI) + SquaredDistance(Factor, value - Loc)) - HalfLogDeterminant;

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng) =>
        Loc + Factor.MatMul(Tensor.Randn(shape, DType, rng).To(Device).Unsqueeze(-1)).Squeeze(-1);

    private static (Tensor Loc, Tensor Factor, Shape Batch) Parts(Tensor loc, Tensor? covariance, Tensor? precision, Tensor? scaleTril)
    {
        const string Name = nameof(MultivariateNormal);
        ArgumentNullException.ThrowIfNull(loc);
        if (new[] { covariance, precision, scaleTril }.Count(m => m is not null) != 1) throw new ArgumentException($"{Name}: give exactly one of covariance, precision and scaleTril.");
        Tensor matrix = (covariance ?? precision ?? scaleTril)!;
        if (loc.Rank == 0 || matrix.Rank < 2 || matrix.Shape[^1] != matrix.Shape[^2] || matrix.Shape[^1] != loc.Shape[^1])
            throw new ShapeException($"{Name}: means are [batch…, n] and matrices [batch…, n, n]; they are {loc.Shape} and {matrix.Shape}.");
        Shape batch = Shape.Broadcast(Shape.Of(loc.Shape.ToArray()[..^1]), Shape.Of(matrix.Shape.ToArray()[..^2]), Name);
        return (loc, scaleTril ?? covariance?.Cholesky() ?? FromPrecision(precision!), batch);
    }

    /// <summary>The factor of the inverse, without inverting: back to front, a lower factor becomes an upper one.</summary>
    private static Tensor FromPrecision(Tensor precision)
    {
        Tensor upper = precision.Flip(-2, -1).Cholesky().Flip(-2, -1).Mt;
        return upper.SolveTriangular(Tensor.Eye(precision.Shape[^1], precision.DType, precision.Device), upper: false);
    }
}
