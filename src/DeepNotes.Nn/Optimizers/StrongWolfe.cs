namespace DeepNotes.Nn;

/// <summary>
/// Searches along a line for a step that makes the loss fall enough and its slope flat enough: the strong Wolfe conditions
/// (Nocedal and Wright, "Numerical Optimization", section 3.5). Bracket and interpolation are those of torch.optim.LBFGS.
/// </summary>
/// <param name="evaluate">Loss and gradient at a place on the line.</param>
internal readonly struct StrongWolfe(Func<double, (double Loss, Tensor Gradient)> evaluate)
{
    private const double Armijo = 1e-4;
    private const double Flatness = 0.9;
    private const int MaxEvaluations = 25;

    /// <summary>The search.</summary>
    /// <param name="at">The first place to try.</param>
    /// <param name="direction">The direction of the line.</param>
    /// <param name="loss">The loss at its beginning.</param>
    /// <param name="gradient">The gradient there.</param>
    /// <param name="slope">The slope there, negative.</param>
    /// <param name="tolerance">The smallest change of any weight that is worth a try.</param>
    public (double Loss, Tensor Gradient, double At, int Evaluations) Run(double at, Tensor direction, double loss, Tensor gradient, double slope, double tolerance)
    {
        double largest = direction.Abs().Max().Item();
        var start = new Point(0, loss, gradient, slope);
        Point last = start, next = Take(at, direction);
        Point low = start, high = next;
        int tries = 0;
        bool isDone = false, isBracketed = false;
        while (tries < MaxEvaluations)
        {
            if (IsTooHigh(next, start) || (tries > 1 && next.Loss >= last.Loss) || (!IsFlat(next, start) && next.Slope >= 0))
            {
                (low, high, isBracketed) = (last, next, true);
                break;
            }
            if (IsFlat(next, start))
            {
                (low, high, isDone) = (next, next, true);
                break;
            }
            double further = Minimum(last, next, next.At + 0.01 * (next.At - last.At), next.At * 10);
            last = next;
            next = Take(further, direction);
            tries++;
        }
        if (!isDone && !isBracketed) (low, high) = (start, next);
        // The bracket's ends keep their places in it; which of them is the lower changes.
        Point[] ends = [low, high];
        int lower = ends[0].Loss <= ends[1].Loss ? 0 : 1;
        bool wasSlow = false;
        int evaluations = tries + 1;
        while (!isDone && tries < MaxEvaluations && Math.Abs(ends[1].At - ends[0].At) * largest >= tolerance)
        {
            double from = Math.Min(ends[0].At, ends[1].At), to = Math.Max(ends[0].At, ends[1].At);
            double between = Minimum(ends[0], ends[1], from, to), margin = 0.1 * (to - from);
            if (Math.Min(to - between, between - from) < margin)
            {
                // Twice near an end, or at it: a tenth away from it.
                bool mustMove = wasSlow || between >= to || between <= from;
                if (mustMove) between = Math.Abs(between - to) < Math.Abs(between - from) ? to - margin : from + margin;
                wasSlow = !mustMove;
            }
            else
            {
                wasSlow = false;
            }
            next = Take(between, direction);
            evaluations++;
            tries++;
            int higher = 1 - lower;
            if (IsTooHigh(next, start) || next.Loss >= ends[lower].Loss)
            {
                ends[higher] = next;
                lower = ends[0].Loss <= ends[1].Loss ? 0 : 1;
            }
            else
            {
                if (IsFlat(next, start)) isDone = true;
                else if (next.Slope * (ends[higher].At - ends[lower].At) >= 0) ends[higher] = ends[lower];
                ends[lower] = next;
            }
        }
        return (ends[lower].Loss, ends[lower].Gradient, ends[lower].At, evaluations);
    }

    private static bool IsTooHigh(Point point, Point start) => point.Loss > start.Loss + Armijo * point.At * start.Slope;

    private static bool IsFlat(Point point, Point start) => Math.Abs(point.Slope) <= -Flatness * start.Slope;

    private Point Take(double at, Tensor direction)
    {
        var (loss, gradient) = evaluate(at);
        return new Point(at, loss, gradient, gradient.Dot(direction).Item());
    }

    /// <summary>Where the cubic through two points with their slopes is least, within limits; the middle of them where it has no minimum.</summary>
    private static double Minimum(Point a, Point b, double from, double to)
    {
        double d1 = a.Slope + b.Slope - 3 * (a.Loss - b.Loss) / (a.At - b.At), square = d1 * d1 - a.Slope * b.Slope;
        if (!(square >= 0)) return (from + to) / 2;
        if (a.At > b.At) (a, b) = (b, a);
        double d2 = Math.Sqrt(square), place = b.At - (b.At - a.At) * ((b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2));
        return Math.Min(Math.Max(place, from), to);
    }

    private readonly record struct Point(double At, double Loss, Tensor Gradient, double Slope);
}
