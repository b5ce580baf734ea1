using System.Numerics;
using DeepNotes.Autograd;
using DeepNotes.Backends.Cpu.LinearAlgebra;

namespace DeepNotes.Ops
{
    /// <summary>L with A = L·Lᵀ; the gradient is symmetric.</summary>
    internal readonly record struct CholeskyOp : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var y = Matrices.Copy(x[0], "Cholesky");
            if (y.DType == DType.Float32) Run<float>(y);
            else Run<double>(y);
            tape.Keep(y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var l = kept[0];
            // Φ takes the lower triangle with half the diagonal: dA = sym(L⁻ᵀ·Φ(Lᵀ·g)·L⁻¹).
            var inner = l.Mt.MatMul(g);
            var phi = (inner.Tril() + inner.Tril(-1)) * 0.5;
            var left = l.Mt.SolveTriangular(phi, upper: true);
            var both = l.Mt.SolveTriangular(left.Mt, upper: true).Mt;
            gradients[0] = (both + both.Mt) * 0.5;
        }

        private static void Run<T>(Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            int n = y.Shape[^1];
            var all = y.Elements<T>();
            for (int i = 0; i < Matrices.Count(y); i++)
            {
                if (!Cholesky.Decompose(all.Slice(i * n * n, n * n), n)) throw new LinearAlgebraException($"Cholesky: matrix {i} of {y.Shape} is not positive definite.");
            }
            GC.KeepAlive(y);
        }
    }

    /// <summary>A⁻¹·b with a triangular A, of which only that triangle is read.</summary>
    internal readonly record struct SolveTriangularOp(bool Upper, bool Unit) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var a = Matrices.OnCpu(x[0], "SolveTriangular").Contiguous();
            var y = Matrices.Copy(x[1], "SolveTriangular");
            if (y.DType == DType.Float32) Run<float>(a, y);
            else Run<double>(a, y);
            tape.Keep(x[0], y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (a, x) = kept;
            var b = Op.Apply(new SolveTriangularOp(!Upper, Unit), a.Mt, g);
            gradients[1] = b;
            if (!gradients.Needs(0)) return;
            var full = -b.MatMul(x.Mt);
            gradients[0] = Upper ? full.Triu(Unit ? 1 : 0) : full.Tril(Unit ? -1 : 0);
        }

        private void Run<T>(Tensor a, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            int n = a.Shape[^1], columns = y.Shape[^1];
            for (int i = 0; i < Matrices.Count(a); i++) Triangle.Solve<T>(a.Elements<T>().Slice(i * n * n, n * n), n, y.Elements<T>().Slice(i * n * columns, n * columns), columns, Upper, Unit);
            GC.KeepAlive(a);
            GC.KeepAlive(y);
        }
    }

    /// <summary>A⁻¹·b.</summary>
    internal readonly record struct SolveOp : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var lu = Matrices.Copy(x[0], "Solve");
            var b = x[1].Contiguous();
            var y = Tensor.Allocate(b.Shape, b.DType, b.Device);
            if (y.DType == DType.Float32) Run<float>(lu, b, y);
            else Run<double>(lu, b, y);
            tape.Keep(x[0], y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (a, x) = kept;
            var b = Op.Apply(new SolveOp(), a.Mt, g);
            gradients[1] = b;
            if (gradients.Needs(0)) gradients[0] = -b.MatMul(x.Mt);
        }

        private static void Run<T>(Tensor lu, Tensor b, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            int n = lu.Shape[^1], columns = b.Shape[^1];
            var rows = new int[n];
            for (int i = 0; i < Matrices.Count(lu); i++)
            {
                var matrix = lu.Elements<T>().Slice(i * n * n, n * n);
                if (Lu.Decompose(matrix, n, rows) == 0) throw new LinearAlgebraException($"Solve: matrix {i} of {lu.Shape} is singular.");
                Lu.Solve<T>(matrix, rows, n, b.Elements<T>().Slice(i * n * columns, n * columns), y.Elements<T>().Slice(i * n * columns, n * columns), columns);
            }
            GC.KeepAlive(lu);
            GC.KeepAlive(b);
            GC.KeepAlive(y);
        }
    }

    /// <summary>The sign of the determinant, and the logarithm of its magnitude.</summary>
    internal readonly record struct SlogDetOp : IMultiOp, IWide
    {
        public Tensor[] Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var lu = Matrices.Copy(x[0], "SlogDet");
            var shape = Shape.Create(x[0].Shape.AsSpan()[..^2]);
            Tensor sign = Tensor.Allocate(shape, lu.DType, lu.Device), logarithm = Tensor.Allocate(shape, lu.DType, lu.Device);
            if (lu.DType == DType.Float32) Run<float>(lu, sign, logarithm);
            else Run<double>(lu, sign, logarithm);
            tape.Keep(x[0]);
            return [sign, logarithm];
        }

        public void Backward(ReadOnlySpan<Tensor?> g, Saved kept, Gradients gradients)
        {
            // The sign does not change where there is a gradient at all.
            if (g[1] is { } logarithm) gradients[0] = logarithm.Unsqueeze(-1).Unsqueeze(-1) * kept[0].Inverse().Mt;
        }

        private static void Run<T>(Tensor lu, Tensor sign, Tensor logarithm) where T : unmanaged, IFloatingPointIeee754<T>
        {
            int n = lu.Shape[^1];
            var rows = new int[n];
            for (int i = 0; i < sign.Count; i++)
            {
                var matrix = lu.Elements<T>().Slice(i * n * n, n * n);
                T direction = T.CreateChecked(Lu.Decompose(matrix, n, rows)), sum = T.Zero;
                for (int k = 0; k < n; k++)
                {
                    T pivot = matrix[k * n + k];
                    if (pivot < T.Zero) direction = -direction;
                    sum += T.Log(T.Abs(pivot));
                }
                sign.Elements<T>()[i] = direction;
                logarithm.Elements<T>()[i] = direction == T.Zero ? T.NegativeInfinity : sum;
            }
            GC.KeepAlive(lu);
        }
    }

    /// <summary>What the operations on batches of matrices share.</summary>
    internal static class Matrices
    {
        public static Tensor OnCpu(Tensor x, string name) =>
            x.Device.IsCpu ? x : throw new NotSupportedException($"{name} is not there on {x.Device} yet; move the tensor with To(Device.Cpu).");

        /// <summary>A contiguous copy to work in.</summary>
        public static Tensor Copy(Tensor x, string name) => OnCpu(x, name).Backend.Contiguous(x);

        public static int Count(Tensor x)
        {
            int count = 1;
            foreach (int length in x.Shape.AsSpan()[..^2]) count *= length;
            return count;
        }

        public static void CheckSquare(Tensor x, string name)
        {
            Check(x, name);
            if (x.Shape[^1] != x.Shape[^2]) throw new ShapeException($"{name}: the matrices must be square; the shape is {x.Shape}.");
        }

        public static void Check(Tensor x, string name)
        {
            if (x.Rank < 2) throw new ShapeException($"{name}: a matrix has two dimensions; the shape is {x.Shape}.");
            if (!x.DType.IsFloatingPoint()) throw new DTypeException($"{name}: the elements must be floating point, not {x.DType}.");
        }

        /// <summary>Both with the batch that they broadcast to.</summary>
        public static (Tensor A, Tensor B) Broadcast(Tensor a, Tensor b, string name)
        {
            if (a.DType != b.DType) throw new DTypeException($"{name}: the types differ: {a.DType} and {b.DType}.");
            if (b.Rank < 2 || a.Shape[^1] != b.Shape[^2]) throw new ShapeException($"{name}: the right side {b.Shape} must have as many rows as the matrix {a.Shape}.");
            var batch = Shape.Broadcast(Shape.Create(a.Shape.AsSpan()[..^2]), Shape.Create(b.Shape.AsSpan()[..^2]), name);
            return (a.ExpandTo([.. batch.AsSpan(), a.Shape[^2], a.Shape[^1]]), b.ExpandTo([.. batch.AsSpan(), b.Shape[^2], b.Shape[^1]]));
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>The lower triangular L with A = L·Lᵀ, of each matrix of a batch; only the lower triangle of A is read. Matches torch.linalg.cholesky.</summary>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        /// <exception cref="LinearAlgebraException">One is not positive definite.</exception>
        public Tensor Cholesky()
        {
            Matrices.CheckSquare(this, nameof(Cholesky));
            return Op.Apply(new CholeskyOp(), this);
        }

        /// <summary>X with A·X = B for this triangular A, of which only the named triangle is read; batches broadcast. Matches torch.linalg.solve_triangular.</summary>
        /// <param name="b">The right sides, as columns.</param>
        /// <param name="upper">True for an upper triangular matrix.</param>
        /// <param name="unitDiagonal">True to take the diagonal as ones.</param>
        /// <exception cref="ShapeException">The matrices are not square, or B has another number of rows.</exception>
        public Tensor SolveTriangular(Tensor b, bool upper, bool unitDiagonal = false)
        {
            Matrices.CheckSquare(this, nameof(SolveTriangular));
            var (left, right) = Matrices.Broadcast(this, b, nameof(SolveTriangular));
            return Op.Apply(new SolveTriangularOp(upper, unitDiagonal), left, right);
        }

        /// <summary>X with A·X = B; batches broadcast; a vector B is one column. Matches torch.linalg.solve.</summary>
        /// <param name="b">The right sides, as columns.</param>
        /// <exception cref="ShapeException">The matrices are not square, or B has another number of rows.</exception>
        /// <exception cref="LinearAlgebraException">A matrix is singular.</exception>
        public Tensor Solve(Tensor b)
        {
            Matrices.CheckSquare(this, nameof(Solve));
            if (b.Rank == 1) return Solve(b.Unsqueeze(1)).Squeeze(-1);
            var (left, right) = Matrices.Broadcast(this, b, nameof(Solve));
            return Op.Apply(new SolveOp(), left, right);
        }

        /// <summary>The inverse of each matrix of a batch. Matches torch.linalg.inv.</summary>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        /// <exception cref="LinearAlgebraException">One is singular.</exception>
        public Tensor Inverse()
        {
            Matrices.CheckSquare(this, nameof(Inverse));
            return Solve(Eye(Shape[^1], DType, Device));
        }

        /// <summary>The sign of the determinant and the logarithm of its magnitude, of each matrix of a batch. Matches torch.linalg.slogdet.</summary>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        public (Tensor Sign, Tensor LogMagnitude) SlogDet()
        {
            Matrices.CheckSquare(this, nameof(SlogDet));
            var both = Op.ApplyMulti(new SlogDetOp(), this);
            return (both[0], both[1]);
        }

        /// <summary>The determinant of each matrix of a batch; its gradient needs a matrix that is not singular. Matches torch.linalg.det.</summary>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        public Tensor Det()
        {
            if (DType.IsNarrow()) return Widened().Det().To(DType);
            var (sign, logarithm) = SlogDet();
            return sign.Detach() * logarithm.Exp();
        }
    }
}
