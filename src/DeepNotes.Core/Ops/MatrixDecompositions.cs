using System.Numerics;
using DeepNotes.Autograd;
using DeepNotes.Backends.Cpu.LinearAlgebra;

namespace DeepNotes.Ops
{
    /// <summary>A = Q·R with orthonormal columns and an upper triangle.</summary>
    internal readonly record struct QrOp(bool Complete) : IMultiOp, IWide
    {
        public Tensor[] Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            int m = x[0].Shape[^2], n = x[0].Shape[^1], columns = Complete ? m : Math.Min(m, n);
            var a = Matrices.Copy(x[0], "Qr");
            var q = Tensor.Allocate([.. x[0].Shape.AsSpan()[..^1], columns], a.DType, a.Device);
            if (a.DType == DType.Float32) Run<float>(a, q, m, n, columns);
            else Run<double>(a, q, m, n, columns);
            var r = a.Narrow(-2, 0, columns).Triu();
            tape.Keep(q, r);
            return [q, r];
        }

        public void Backward(ReadOnlySpan<Tensor?> g, Saved kept, Gradients gradients)
        {
            var (q, r) = kept;
            if (r.Shape[^2] != r.Shape[^1]) throw new NotSupportedException($"Qr: the gradient is known where R is square; here it is {r.Shape}. Use the reduced form of a matrix with at least as many rows as columns.");
            var inner = Tensor.ZerosLike(r);
            if (g[1] is { } gr) inner += r.MatMul(gr.Mt);
            if (g[0] is { } gq) inner -= gq.Mt.MatMul(q);
            // The lower triangle, mirrored.
            var mirrored = inner.Tril() + inner.Tril(-1).Mt;
            var right = q.MatMul(mirrored);
            if (g[0] is { } direct) right += direct;
            gradients[0] = r.SolveTriangular(right.Mt, upper: true).Mt;
        }

        private static void Run<T>(Tensor a, Tensor q, int m, int n, int columns) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < Matrices.Count(a); i++) HouseholderQr.Decompose(a.Elements<T>().Slice(i * m * n, m * n), m, n, q.Elements<T>().Slice(i * m * columns, m * columns), columns);
            GC.KeepAlive(a);
            GC.KeepAlive(q);
        }
    }

    /// <summary>The eigenvalues of symmetric matrices in ascending order, and the eigenvectors as columns.</summary>
    internal readonly record struct EighOp : IMultiOp, IWide
    {
        public Tensor[] Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var a = Matrices.Copy(x[0], "Eigh");
            var values = Tensor.Allocate(Shape.Create(a.Shape.AsSpan()[..^1]), a.DType, a.Device);
            var vectors = Tensor.Allocate(a.Shape, a.DType, a.Device);
            if (a.DType == DType.Float32) Run<float>(a, values, vectors);
            else Run<double>(a, values, vectors);
            tape.Keep(values, vectors);
            return [values, vectors];
        }

        public void Backward(ReadOnlySpan<Tensor?> g, Saved kept, Gradients gradients)
        {
            var (values, v) = kept;
            int n = v.Shape[^1];
            var diagonal = Tensor.Eye(n, DType.Bool).To(v.Device);
            var inner = Tensor.ZerosLike(v);
            if (g[1] is { } gv)
            {
                var distance = Tensor.Where(diagonal, 1.0, values.Unsqueeze(-2) - values.Unsqueeze(-1));
                inner = Tensor.Where(diagonal, 0.0, v.Mt.MatMul(gv) / distance);
            }
            if (g[0] is { } gl) inner = Tensor.Where(diagonal, gl.Unsqueeze(-1), inner);
            var full = v.MatMul(inner).MatMul(v.Mt);
            // Only the symmetric part means anything.
            gradients[0] = (full + full.Mt) * 0.5;
        }

        private static void Run<T>(Tensor a, Tensor values, Tensor vectors) where T : unmanaged, IFloatingPointIeee754<T>
        {
            int n = a.Shape[^1];
            var v = new T[n * n];
            var order = new int[n];
            var found = new T[n];
            for (int b = 0; b < Matrices.Count(a); b++)
            {
                var matrix = a.Elements<T>().Slice(b * n * n, n * n);
                // The lower triangle is what counts.
                for (int i = 0; i < n; i++) for (int j = i + 1; j < n; j++) matrix[i * n + j] = matrix[j * n + i];
                Jacobi.Eigen(matrix, n, v);
                for (int i = 0; i < n; i++) (order[i], found[i]) = (i, matrix[i * n + i]);
                Array.Sort(found, order);
                for (int k = 0; k < n; k++)
                {
                    values.Elements<T>()[b * n + k] = found[k];
                    for (int i = 0; i < n; i++) vectors.Elements<T>()[(b * n + i) * n + k] = v[i * n + order[k]];
                }
            }
            GC.KeepAlive(a);
        }
    }

    /// <summary>A = U·diag(S)·Vᵀ of a matrix with at least as many rows as columns; S in descending order.</summary>
    internal readonly record struct SvdOp : IMultiOp, IWide
    {
        public Tensor[] Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var a = Matrices.Copy(x[0], "Svd");
            int n = a.Shape[^1];
            var u = Tensor.Allocate(a.Shape, a.DType, a.Device);
            var s = Tensor.Allocate([.. a.Shape.AsSpan()[..^2], n], a.DType, a.Device);
            var v = Tensor.Allocate([.. a.Shape.AsSpan()[..^2], n, n], a.DType, a.Device);
            if (a.DType == DType.Float32) Run<float>(a, u, s, v);
            else Run<double>(a, u, s, v);
            tape.Keep(u, s, v);
            return [u, s, v];
        }

        public void Backward(ReadOnlySpan<Tensor?> g, Saved kept, Gradients gradients)
        {
            var (u, s, v) = kept;
            int n = s.Shape[^1];
            var diagonal = Tensor.Eye(n, DType.Bool).To(s.Device);
            var squares = s * s;
            var distance = Tensor.Where(diagonal, 1.0, squares.Unsqueeze(-2) - squares.Unsqueeze(-1));
            var inner = Tensor.ZerosLike(v);
            if (g[0] is { } gu)
            {
                var turn = u.Mt.MatMul(gu);
                inner += (turn - turn.Mt) / distance * s.Unsqueeze(-2);
            }
            if (g[2] is { } gv)
            {
                var turn = v.Mt.MatMul(gv);
                inner += s.Unsqueeze(-1) * ((turn - turn.Mt) / distance);
            }
            if (g[1] is { } gs) inner = Tensor.Where(diagonal, gs.Unsqueeze(-1), inner);
            var result = u.MatMul(inner).MatMul(v.Mt);
            // What moves U out of its own column space.
            if (g[0] is { } outside && u.Shape[^2] > n) result += ((outside - u.MatMul(u.Mt.MatMul(outside))) / s.Unsqueeze(-2)).MatMul(v.Mt);
            gradients[0] = result;
        }

        private static void Run<T>(Tensor a, Tensor u, Tensor s, Tensor v) where T : unmanaged, IFloatingPointIeee754<T>
        {
            int m = a.Shape[^2], n = a.Shape[^1];
            var right = new T[n * n];
            var order = new int[n];
            var sizes = new T[n];
            var basis = new T[m * n];
            var triangle = new T[m * n];
            for (int b = 0; b < Matrices.Count(a); b++)
            {
                var matrix = a.Elements<T>().Slice(b * m * n, m * n);
                Jacobi.Singular(matrix, m, n, right);
                for (int j = 0; j < n; j++)
                {
                    T norm = T.Zero;
                    for (int i = 0; i < m; i++) norm = T.Hypot(norm, matrix[i * n + j]);
                    (order[j], sizes[j]) = (j, -norm);
                }
                Array.Sort(sizes, order);
                var left = u.Elements<T>().Slice(b * m * n, m * n);
                for (int k = 0; k < n; k++)
                {
                    T size = -sizes[k];
                    s.Elements<T>()[b * n + k] = size;
                    for (int i = 0; i < m; i++) left[i * n + k] = size > T.Zero ? matrix[i * n + order[k]] / size : T.Zero;
                    for (int i = 0; i < n; i++) v.Elements<T>()[(b * n + i) * n + k] = right[i * n + order[k]];
                }
                // Columns without a length of their own are filled up to an orthonormal basis.
                if (n > 0 && sizes[n - 1] == T.Zero) Complete(left, m, n, sizes, triangle, basis);
            }
            GC.KeepAlive(a);
        }

        private static void Complete<T>(Span<T> u, int m, int n, ReadOnlySpan<T> sizes, Span<T> triangle, Span<T> basis) where T : unmanaged, IFloatingPointIeee754<T>
        {
            u.CopyTo(triangle);
            HouseholderQr.Decompose(triangle, m, n, basis, n);
            for (int k = 0; k < n; k++)
            {
                if (sizes[k] != T.Zero) continue;
                for (int i = 0; i < m; i++) u[i * n + k] = basis[i * n + k];
            }
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>A = Q·R, with orthonormal columns and an upper triangle, of each matrix of a batch. Matches torch.linalg.qr.</summary>
        /// <param name="complete">True for a square Q; by default it has as many columns as the smaller side.</param>
        /// <exception cref="ShapeException">There are fewer than two dimensions.</exception>
        public (Tensor Q, Tensor R) Qr(bool complete = false)
        {
            Matrices.Check(this, nameof(Qr));
            var both = Op.ApplyMulti(new QrOp(complete), this);
            return (both[0], both[1]);
        }

        /// <summary>The eigenvalues of symmetric matrices in ascending order, and the eigenvectors as columns; only the lower triangle is read. Matches torch.linalg.eigh.</summary>
        /// <exception cref="ShapeException">The matrices are not square.</exception>
        public (Tensor Values, Tensor Vectors) Eigh()
        {
            Matrices.CheckSquare(this, nameof(Eigh));
            var both = Op.ApplyMulti(new EighOp(), this);
            return (both[0], both[1]);
        }

        /// <summary>
        /// A = U·diag(S)·Vh with orthonormal columns of U and rows of Vh and S in descending order, in the reduced form. Matches
        /// torch.linalg.svd(full_matrices=False); the signs of a pair of vectors are free.
        /// </summary>
        /// <exception cref="ShapeException">There are fewer than two dimensions.</exception>
        public (Tensor U, Tensor S, Tensor Vh) Svd()
        {
            Matrices.Check(this, nameof(Svd));
            bool isWide = Shape[^1] > Shape[^2];
            var three = Op.ApplyMulti(new SvdOp(), isWide ? Mt : this);
            return isWide ? (three[2], three[1], three[0].Mt) : (three[0], three[1], three[2].Mt);
        }
    }
}
