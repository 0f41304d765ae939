package orcaflow.streams.overlap;

import java.util.ArrayList;
import java.util.List;

/** The k problems with the highest cosine for each question; of equal ones, lower numbers win. */
public final class NearestNeighbours {

  /** A problem, by number, and how alike it is. */
  public record Neighbour(int problem, double cosine) {}

  private final int k;
  private final int[] sizes;
  private final int[] problems;
  private final double[] cosines;

  NearestNeighbours(int questions, int k) {
    this.k = k;
    sizes = new int[questions];
    problems = new int[questions * k];
    cosines = new double[questions * k];
  }

  void offer(int question, int problem, double cosine) {
    int first = question * k;
    int end = first + sizes[question];
    if (sizes[question] == k) {
      if (!better(problem, cosine, end - 1)) {
        return;
      }
      end--;
    } else {
      sizes[question]++;
    }
    int place = end;
    for (; place > first && better(problem, cosine, place - 1); place--) {
      problems[place] = problems[place - 1];
      cosines[place] = cosines[place - 1];
    }
    problems[place] = problem;
    cosines[place] = cosine;
  }

  /** The k-th best cosine of a question, which a problem must exceed; 0 with fewer than k. */
  double least(int question) {
    return sizes[question] < k ? 0 : cosines[question * k + k - 1];
  }

  void offerAll(NearestNeighbours other) {
    for (int question = 0; question < sizes.length; question++) {
      for (Neighbour neighbour : other.of(question)) {
        offer(question, neighbour.problem(), neighbour.cosine());
      }
    }
  }

  /** The neighbours of a question, best first. */
  public List<Neighbour> of(int question) {
    List<Neighbour> neighbours = new ArrayList<>();
    for (int i = question * k; i < question * k + sizes[question]; i++) {
      neighbours.add(new Neighbour(problems[i], cosines[i]));
    }
    return neighbours;
  }

  private boolean better(int problem, double cosine, int place) {
    return cosine > cosines[place] || cosine == cosines[place] && problem < problems[place];
  }
}
