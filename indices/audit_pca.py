"""Principal components of the parts of an index: how many things they measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class PrincipalComponents:
    """Components of a correlation matrix, largest first, numbered from 1.

    `table`: component, eigenvalue, share and cumulative share of the variance (0 to 1). `loadings`: codes x
    components, the correlation of each part with each component; the largest loading of each is positive.
    `units`: how many units had every value.
    """

    table: pd.DataFrame
    loadings: pd.DataFrame
    units: int


def principal_components(values: pd.DataFrame) -> PrincipalComponents:
    """Principal components of the columns of `values` (units x codes), on their correlation matrix.

    Only units with every value count; constant columns are left out. Raises ValueError with fewer than two
    columns or three units. Source: OECD and JRC handbook (2008), section 4.1.
    """
    whole = values.astype("float64").dropna()
    whole = whole.loc[:, whole.nunique() > 1]
    if whole.shape[1] < 2 or len(whole) < 3:
        raise ValueError("principal components need two columns and three units with every value")
    eigenvalues, vectors = np.linalg.eigh(whole.corr().to_numpy())
    eigenvalues, vectors = np.maximum(eigenvalues[::-1], 0.0), vectors[:, ::-1]
    largest = np.take_along_axis(vectors, np.abs(vectors).argmax(axis=0)[None, :], axis=0)
    numbers = pd.RangeIndex(1, len(eigenvalues) + 1, name="component")
    loadings = vectors * np.sign(largest) * np.sqrt(eigenvalues)
    share = eigenvalues / eigenvalues.sum()
    table = pd.DataFrame(
        {"component": numbers, "eigenvalue": eigenvalues, "share": share, "cumulative": share.cumsum()}
    )
    return PrincipalComponents(table, pd.DataFrame(loadings, whole.columns, numbers), len(whole))


def components_to_keep(found: PrincipalComponents, least: float = 1.0) -> int:
    """How many components have an eigenvalue of at least `least` (Kaiser's rule)."""
    return int((found.table["eigenvalue"] >= least).sum())
