namespace DeepNotes.OpTable;

/// <summary>Decompositions of matrices, systems of equations, and Fourier transforms. Signs that are free are squared away.</summary>
public static class LinearAlgebraRows
{
    private static readonly Input A = new(3, 3);
    private static readonly Input Tall = new(5, 3);
    private static readonly Tolerance Loose = new(3e-4, 1e-10);

    // In these rows 16-bit numbers are rounded before or after the operation, too: a sum that makes a matrix regular, a square, a product.
    private const double Rounded = 3;

    public static IEnumerable<Row> All =>
    [
        new("cholesky", new Case(x => Positive(x[0]).Cholesky(), "torch.linalg.cholesky(a @ a.mT + 2 * torch.eye(3).to(a))", A), new Case(x => Positive(x[0]).Cholesky(), "torch.linalg.cholesky(a @ a.mT + 2 * torch.eye(3).to(a))", A.In(2, 3, 3)))
        {
            Tolerance = Loose,
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([2, 3]).Cholesky(), "[2, 3]"),
                Wrong.Type(() => Tensor.Ones([2, 2], DType.Int64).Cholesky(), "Int64"),
                new Wrong(() => (-Tensor.Eye(2)).Cholesky(), typeof(LinearAlgebraException), "positive definite"),
            ],
        },
        new("solve_triangular",
            new Case(x => (x[0].Tril() + Tensor.Eye(3, x[0].DType) * 3.0).SolveTriangular(x[1], upper: false), "torch.linalg.solve_triangular(a.tril() + 3 * torch.eye(3).to(a), b, upper=False)", A, A.In(3, 2)),
            new Case(x => (x[0] + Tensor.Eye(3, x[0].DType) * 3.0).SolveTriangular(x[1], upper: true), "torch.linalg.solve_triangular((a + 3 * torch.eye(3).to(a)).triu(), b, upper=True)", A.In(2, 3, 3), A.In(3, 2)),
            new Case(x => x[0].SolveTriangular(x[1], upper: false, unitDiagonal: true), "torch.linalg.solve_triangular(a.tril(-1) + torch.eye(3).to(a), b, upper=False, unitriangular=True)", A, A.In(3, 2)))
        {
            Tolerance = Loose,
            Wrong = [Wrong.Shape(() => Tensor.Eye(3).SolveTriangular(Tensor.Ones([2, 1]), true), "[2, 1]", "[3, 3]"), Wrong.Type(() => Tensor.Eye(3).SolveTriangular(Tensor.Ones([3, 1], DType.Float64), true), "Float64")],
        },
        new("solve",
            new Case(x => Regular(x[0]).Solve(x[1]), "torch.linalg.solve(a + 3 * torch.eye(3).to(a), b)", A, A.In(3, 2)),
            new Case(x => Regular(x[0]).Solve(x[1]), "torch.linalg.solve(a + 3 * torch.eye(3).to(a), b)", A, A.In(3)),
            new Case(x => Regular(x[0]).Solve(x[1]), "torch.linalg.solve(a + 3 * torch.eye(3).to(a), b)", A.In(2, 3, 3), A.In(3, 4)))
        {
            Tolerance = Loose,
            NarrowUlps = Rounded,
            StridesKeepBits = false,
            Wrong = [new Wrong(() => Tensor.Ones([2, 2]).Solve(Tensor.Ones([2])), typeof(LinearAlgebraException), "singular"), Wrong.Shape(() => Tensor.Eye(3).Solve(Tensor.Ones([2])), "[2, 1]", "[3, 3]")],
        },
        new("inverse", new Case(x => Regular(x[0]).Inverse(), "torch.linalg.inv(a + 3 * torch.eye(3).to(a))", A), new Case(x => Regular(x[0]).Inverse(), "torch.linalg.inv(a + 3 * torch.eye(3).to(a))", A.In(2, 3, 3)))
        {
            Tolerance = Loose,
            StridesKeepBits = false,
            Wrong = [new Wrong(() => Tensor.Zeros([2, 2]).Inverse(), typeof(LinearAlgebraException), "singular"), Wrong.Shape(() => Tensor.Ones([2, 3]).Inverse(), "[2, 3]")],
        },
        new("det", new Case(x => Regular(x[0]).Det(), "torch.linalg.det(a + 3 * torch.eye(3).to(a))", A), new Case(x => (x[0] - Tensor.Eye(3, x[0].DType) * 3.0).Det(), "torch.linalg.det(a - 3 * torch.eye(3).to(a))", A.In(2, 3, 3)))
        {
            Tolerance = Loose,
            NarrowUlps = Rounded,
            StridesKeepBits = false,
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).Det(), "[2, 3]")],
        },
        new("slogdet", new Case(x => { var (s, l) = (x[0] - Tensor.Eye(3, x[0].DType) * 3.0).SlogDet(); return [s, l]; }, "torch.linalg.slogdet(a - 3 * torch.eye(3).to(a))", A.In(2, 3, 3))) { Tolerance = Loose, StridesKeepBits = false },
        new("qr",
            new Case(x => Pair(x[0].Qr()), "torch.linalg.qr(a)", Tall),
            new Case(x => Pair(x[0].Qr()), "torch.linalg.qr(a)", A.In(2, 3, 3)),
            new Case(x => Pair(x[0].Qr(complete: true)), "torch.linalg.qr(a, mode='complete')", A))
        {
            Tolerance = Loose,
            StridesKeepBits = false,
            Wrong = [Wrong.Shape(() => Tensor.Ones([3]).Qr(), "[3]")],
        },
        new("eigh", new Case(x => { var (l, v) = (x[0] + x[0].Mt).Eigh(); return [l, v * v]; }, "(lambda r: (r[0], r[1] * r[1]))(torch.linalg.eigh(a + a.mT))", A), new Case(x => (x[0] + x[0].Mt).Eigh().Values, "torch.linalg.eigh(a + a.mT)[0]", A.In(2, 4, 4)))
        {
            Tolerance = Loose,
            NarrowUlps = Rounded,
            StridesKeepBits = false,
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).Eigh(), "[2, 3]")],
        },
        new("svd",
            new Case(x => { var (u, s, vh) = x[0].Svd(); return [u * u, s, vh * vh]; }, "(lambda r: (r[0] * r[0], r[1], r[2] * r[2]))(torch.linalg.svd(a, full_matrices=False))", Tall),
            new Case(x => { var (u, s, vh) = x[0].Svd(); return [s, (u * s.Unsqueeze(-2)).MatMul(vh)]; }, "(lambda r: (r[1], r[0] * r[1].unsqueeze(-2) @ r[2]))(torch.linalg.svd(a, full_matrices=False))", A.In(2, 2, 4)))
        {
            Tolerance = Loose,
            NarrowUlps = Rounded,
            StridesKeepBits = false,
            Wrong = [Wrong.Shape(() => Tensor.Ones([3]).Svd(), "[3]")],
        },
        new("fft",
            new Case(x => Pair(Fft.Forward(x[0], x[1])), "(lambda r: (r.real, r.imag))(torch.fft.fft(torch.complex(a, b)))", A.In(2, 8), A.In(2, 8)),
            new Case(x => Pair(Fft.Forward(x[0], x[1], 0)), "(lambda r: (r.real, r.imag))(torch.fft.fft(torch.complex(a, b), dim=0))", A.In(7, 2), A.In(7, 2)),
            new Case(x => Pair(Fft.Forward(x[0])), "(lambda r: (r.real, r.imag))(torch.fft.fft(a))", A.In(12)))
        {
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Fft.Forward(Tensor.Ones([3]), Tensor.Ones([4])), "[3]", "[4]"), Wrong.Shape(() => Fft.Forward(Tensor.Ones([])), "scalar"), Wrong.Type(() => Fft.Forward(Tensor.Arange(3)), "Int64")],
        },
        new("ifft", new Case(x => Pair(Fft.Inverse(x[0], x[1])), "(lambda r: (r.real, r.imag))(torch.fft.ifft(torch.complex(a, b)))", A.In(2, 6), A.In(2, 6))) { Tolerance = new(1e-5, 1e-12) },
        new("rfft", new Case(x => Pair(Fft.Real(x[0])), "(lambda r: (r.real, r.imag))(torch.fft.rfft(a))", A.In(2, 9)), new Case(x => Pair(Fft.Real(x[0], 0)), "(lambda r: (r.real, r.imag))(torch.fft.rfft(a, dim=0))", A.In(8, 2))) { Tolerance = new(1e-5, 1e-12) },
        new("trace", new Case(x => x[0].Trace(), "a.trace()", A), new Case(x => x[0].Trace(), "a.diagonal(0, -2, -1).sum(-1)", A.In(2, 3, 3))) { Integers = Integers.AsTorchAndMore, Wrong = [Wrong.Shape(() => Tensor.Ones([3]).Trace(), "[3]")] },
        new("cross", new Case(x => x[0].Cross(x[1]), "torch.linalg.cross(a, b)", A.In(4, 3), A.In(4, 3)), new Case(x => x[0].Cross(x[1], 0), "torch.cross(a, b, 0)", A.In(3, 4), A.In(3, 4)), new Case(x => x[0].Cross(x[1]), "torch.linalg.cross(a, b[None])", A.In(2, 1, 3), A.In(5, 3)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).Cross(Tensor.Ones([2, 2])), "[2, 3]", "[2, 2]")],
        },
        new("irfft", new Case(x => Fft.InverseReal(x[0], x[1]), "torch.fft.irfft(torch.complex(a, b))", A.In(2, 5), A.In(2, 5)), new Case(x => Fft.InverseReal(x[0], x[1], 7), "torch.fft.irfft(torch.complex(a, b), 7)", A.In(4), A.In(4)))
        {
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Fft.InverseReal(Tensor.Ones([4]), Tensor.Ones([4]), 9), "4", "5")],
        },
        new("istft",
            new Case(x => Fft.InverseStft(x[0], x[1], 8, 3, x[2]), "torch.istft(torch.complex(a, b), 8, 3, window=c)", A.In(2, 5, 6), A.In(2, 5, 6), new Input(8) { Low = 0.5, High = 2 }),
            new Case(x => Fft.InverseStft(x[0], x[1], 7, center: false, normalized: true), "torch.istft(torch.complex(a, b), 7, 1, center=False, normalized=True)", A.In(4, 5), A.In(4, 5)),
            new Case(x => Fft.InverseStft(x[0], x[1], 8, length: 10), "torch.istft(torch.complex(a, b), 8, 2, length=10)", A.In(5, 6), A.In(5, 6)))
        {
            Tolerance = new(2e-5, 1e-12),
            Wrong =
            [
                Wrong.Shape(() => Fft.InverseStft(Tensor.Ones([4, 3]), Tensor.Ones([4, 3]), 8), "[4, 3]", "8"),
                Wrong.Shape(() => Fft.InverseStft(Tensor.Ones([5, 3]), Tensor.Ones([5, 2]), 8), "[5, 2]"),
                Wrong.Shape(() => Fft.InverseStft(Tensor.Ones([5, 3]), Tensor.Ones([5, 3]), 8, window: Tensor.Ones([4])), "[8]", "[4]"),
                Wrong.Shape(() => Fft.InverseStft(Tensor.Ones([5, 3]), Tensor.Ones([5, 3]), 8, window: Tensor.Zeros([8])), "zero"),
                Wrong.Shape(() => Fft.InverseStft(Tensor.Ones([5, 3]), Tensor.Ones([5, 3]), 8, length: 100), "100"),
            ],
        },
        new("istft_of_stft",
            new Case(x => { var (re, im) = Fft.Stft(x[0], 8, 3); return Fft.InverseStft(re, im, 8, 3, length: 20); }, "torch.istft(torch.stft(a, 8, 3, return_complex=True), 8, 3, length=20)", A.In(2, 20)))
        {
            Tolerance = new(2e-5, 1e-12),
            NarrowUlps = 16, // rounded between the two
        },
        new("stft",
            new Case(x => Pair(Fft.Stft(x[0], 8, 3, x[1])), "(lambda r: (r.real, r.imag))(torch.stft(a, 8, 3, window=b, return_complex=True))", A.In(2, 20), A.In(8)),
            new Case(x => Pair(Fft.Stft(x[0], 6, center: false, normalized: true)), "(lambda r: (r.real, r.imag))(torch.stft(a, 6, center=False, normalized=True, return_complex=True, hop_length=1))", A.In(9)))
        {
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Fft.Stft(Tensor.Ones([5]), 8, center: false), "[5]", "8"), Wrong.Shape(() => Fft.Stft(Tensor.Ones([20]), 8, window: Tensor.Ones([4])), "[8]", "[4]")],
        },
    ];

    private static Tensor Positive(Tensor x) => x.MatMul(x.Mt) + Tensor.Eye(3, x.DType) * 2.0;

    private static Tensor Regular(Tensor x) => x + Tensor.Eye(3, x.DType) * 3.0;

    private static Tensor[] Pair((Tensor First, Tensor Second) both) => [both.First, both.Second];
}
