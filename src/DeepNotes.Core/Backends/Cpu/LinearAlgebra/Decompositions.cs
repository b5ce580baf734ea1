using System.Numerics;

namespace DeepNotes.Backends.Cpu.LinearAlgebra;

/// <summary>L with A = L·Lᵀ.</summary>
internal static class Cholesky
{
    /// <summary>Overwrites a symmetric matrix, of which the lower triangle is read, by L. False if it is not positive definite.</summary>
    public static bool Decompose<T>(Span<T> a, int n) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int j = 0; j < n; j++)
        {
            for (int i = j; i < n; i++)
            {
                T sum = a[i * n + j];
                for (int k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
                if (i != j)
                {
                    a[i * n + j] = sum / a[j * n + j];
                    continue;
                }
                if (!(sum > T.Zero)) return false;
                a[j * n + j] = T.Sqrt(sum);
            }
            for (int k = j + 1; k < n; k++) a[j * n + k] = T.Zero;
        }
        return true;
    }
}

/// <summary>Q·R by Householder's reflections, with the signs that LAPACK gives them.</summary>
internal static class HouseholderQr
{
    /// <summary>Overwrites a [m, n] by R (above the diagonal) and writes the first columns of Q.</summary>
    public static void Decompose<T>(Span<T> a, int m, int n, Span<T> q, int columns) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int steps = Math.Min(m, n);
        var vectors = new T[steps * m];
        var factors = new T[steps];
        for (int k = 0; k < steps; k++)
        {
            T norm = T.Zero;
            for (int i = k + 1; i < m; i++) norm = T.Hypot(norm, a[i * n + k]);
            if (norm == T.Zero) continue;
            T head = a[k * n + k], length = T.Hypot(head, norm), beta = head < T.Zero ? length : -length;
            var v = vectors.AsSpan(k * m, m);
            v[k] = T.One;
            for (int i = k + 1; i < m; i++) v[i] = a[i * n + k] / (head - beta);
            factors[k] = (beta - head) / beta;
            Reflect(v, factors[k], a, m, n, k, k);
        }
        q.Clear();
        for (int i = 0; i < Math.Min(m, columns); i++) q[i * columns + i] = T.One;
        for (int k = steps - 1; k >= 0; k--) Reflect(vectors.AsSpan(k * m, m), factors[k], q, m, columns, k, 0);
    }

    /// <summary>a ← (I − factor·v·vᵀ)·a, for rows from a first one and columns from a first one on.</summary>
    private static void Reflect<T>(ReadOnlySpan<T> v, T factor, Span<T> a, int m, int n, int firstRow, int firstColumn) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (factor == T.Zero) return;
        for (int j = firstColumn; j < n; j++)
        {
            T dot = T.Zero;
            for (int i = firstRow; i < m; i++) dot += v[i] * a[i * n + j];
            dot *= factor;
            for (int i = firstRow; i < m; i++) a[i * n + j] -= dot * v[i];
        }
    }
}

/// <summary>Decompositions by Jacobi's rotations: slow beside others, and accurate to the last digits.</summary>
internal static class Jacobi
{
    private const int MostSweeps = 60;

    /// <summary>Overwrites a symmetric matrix by a diagonal one; the columns of v are its eigenvectors. In no order.</summary>
    public static void Eigen<T>(Span<T> a, int n, Span<T> v) where T : unmanaged, IFloatingPointIeee754<T>
    {
        v.Clear();
        for (int i = 0; i < n; i++) v[i * n + i] = T.One;
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            bool isDone = true;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    T off = a[p * n + q], x = a[p * n + p], y = a[q * n + q];
                    if (T.Abs(off) <= T.Epsilon || T.Abs(off) <= Precision<T>() * T.Sqrt(T.Abs(x)) * T.Sqrt(T.Abs(y)) * T.CreateChecked(0.5)) continue;
                    isDone = false;
                    var (c, s) = Rotation(x, y, off);
                    for (int k = 0; k < n; k++)
                    {
                        T kp = a[k * n + p], kq = a[k * n + q];
                        a[k * n + p] = c * kp - s * kq;
                        a[k * n + q] = s * kp + c * kq;
                    }
                    for (int k = 0; k < n; k++)
                    {
                        T pk = a[p * n + k], qk = a[q * n + k];
                        a[p * n + k] = c * pk - s * qk;
                        a[q * n + k] = s * pk + c * qk;
                        T vp = v[k * n + p], vq = v[k * n + q];
                        v[k * n + p] = c * vp - s * vq;
                        v[k * n + q] = s * vp + c * vq;
                    }
                    a[p * n + q] = a[q * n + p] = T.Zero;
                }
            }
            if (isDone) return;
        }
    }

    /// <summary>Overwrites a [m, n] with m ≥ n by U·S (orthogonal columns); v gets V, so that A = (U·S)·Vᵀ. In no order.</summary>
    public static void Singular<T>(Span<T> a, int m, int n, Span<T> v) where T : unmanaged, IFloatingPointIeee754<T>
    {
        v.Clear();
        for (int i = 0; i < n; i++) v[i * n + i] = T.One;
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            bool isDone = true;
            for (int p = 0; p < n; p++)
            {
                for (int q = p + 1; q < n; q++)
                {
                    T x = T.Zero, y = T.Zero, off = T.Zero;
                    for (int i = 0; i < m; i++)
                    {
                        T ip = a[i * n + p], iq = a[i * n + q];
                        x += ip * ip;
                        y += iq * iq;
                        off += ip * iq;
                    }
                    if (T.Abs(off) <= Precision<T>() * T.Sqrt(x) * T.Sqrt(y) || off == T.Zero) continue;
                    isDone = false;
                    var (c, s) = Rotation(x, y, off);
                    Turn(a, m, n, p, q, c, s);
                    Turn(v, n, n, p, q, c, s);
                }
            }
            if (isDone) return;
        }
    }

    private static void Turn<T>(Span<T> a, int rows, int n, int p, int q, T c, T s) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < rows; i++)
        {
            T ip = a[i * n + p], iq = a[i * n + q];
            a[i * n + p] = c * ip - s * iq;
            a[i * n + q] = s * ip + c * iq;
        }
    }

    /// <summary>The rotation that makes [[x, off], [off, y]] diagonal.</summary>
    private static (T C, T S) Rotation<T>(T x, T y, T off) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T two = T.CreateChecked(2), theta = (y - x) / (two * off);
        T t = T.One / (T.Abs(theta) + T.Sqrt(theta * theta + T.One));
        if (theta < T.Zero) t = -t;
        T c = T.One / T.Sqrt(t * t + T.One);
        return (c, t * c);
    }

    private static T Precision<T>() where T : unmanaged, IFloatingPointIeee754<T> => typeof(T) == typeof(float) ? T.CreateChecked(1.1920929e-7) : T.CreateChecked(2.220446049250313e-16);
}
