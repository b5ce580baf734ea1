using System.Numerics;

namespace DeepNotes.Backends.Cpu.LinearAlgebra;

/// <summary>LU decomposition with row exchanges, and what is solved with it. Matrices are row-major and square.</summary>
internal static class Lu
{
    /// <summary>Overwrites a matrix by L (below the diagonal, with ones on it) and U. Returns the sign of the row exchanges, 0 if a pivot is zero.</summary>
    public static int Decompose<T>(Span<T> a, int n, Span<int> rows) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int sign = 1;
        bool isSingular = false;
        for (int i = 0; i < n; i++) rows[i] = i;
        for (int k = 0; k < n; k++)
        {
            int pivot = k;
            for (int i = k + 1; i < n; i++) if (T.Abs(a[i * n + k]) > T.Abs(a[pivot * n + k])) pivot = i;
            if (a[pivot * n + k] == T.Zero)
            {
                isSingular = true;
                continue;
            }
            if (pivot != k)
            {
                for (int j = 0; j < n; j++) (a[k * n + j], a[pivot * n + j]) = (a[pivot * n + j], a[k * n + j]);
                (rows[k], rows[pivot]) = (rows[pivot], rows[k]);
                sign = -sign;
            }
            for (int i = k + 1; i < n; i++)
            {
                T factor = a[i * n + k] /= a[k * n + k];
                if (factor == T.Zero) continue;
                for (int j = k + 1; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
            }
        }
        return isSingular ? 0 : sign;
    }

    /// <summary>x = A⁻¹·b for the columns of b, from the decomposition.</summary>
    public static void Solve<T>(ReadOnlySpan<T> lu, ReadOnlySpan<int> rows, int n, ReadOnlySpan<T> b, Span<T> x, int columns) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int i = 0; i < n; i++) b.Slice(rows[i] * columns, columns).CopyTo(x.Slice(i * columns, columns));
        Triangle.Solve(lu, n, x, columns, upper: false, unit: true);
        Triangle.Solve(lu, n, x, columns, upper: true, unit: false);
    }
}

/// <summary>Systems of equations with a triangular matrix.</summary>
internal static class Triangle
{
    /// <summary>Overwrites b by A⁻¹·b; only the named triangle of A is read.</summary>
    public static void Solve<T>(ReadOnlySpan<T> a, int n, Span<T> b, int columns, bool upper, bool unit) where T : unmanaged, IFloatingPointIeee754<T>
    {
        for (int step = 0; step < n; step++)
        {
            int i = upper ? n - 1 - step : step;
            var row = b.Slice(i * columns, columns);
            for (int k = upper ? i + 1 : 0; k < (upper ? n : i); k++)
            {
                T factor = a[i * n + k];
                var other = b.Slice(k * columns, columns);
                for (int j = 0; j < columns; j++) row[j] -= factor * other[j];
            }
            if (unit) continue;
            T diagonal = a[i * n + i];
            for (int j = 0; j < columns; j++) row[j] /= diagonal;
        }
    }
}
